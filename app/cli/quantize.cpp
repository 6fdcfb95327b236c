#include "core/workbench/quantize.h"
#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/store/project_file.h"
#include "core/store/settings_json.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project, method = "gptq", name, set;
    QuantizeSettings settings;
    bool json = false;
};

const CalibrationRecord& newestCalibration(const Project& project, const std::string& set) {
    for (auto record = project.calibrations.rbegin(); record != project.calibrations.rend(); ++record)
        if (set.empty() || record->setName == set)
            return *record;
    throw Error(ErrorKind::Input, set.empty() ? "project" : "set " + set, "has not been calibrated",
                "run: vernier calibrate PROJECT --model MODEL" + (set.empty() ? "" : " --set " + set));
}

nlohmann::json toJson(const Run& run, bool fromCache) {
    nlohmann::json reports = nlohmann::json::array();
    for (const LinearReport& report : run.reports)
        reports.push_back(vernier::toJson(report));
    return {{"run", run.name},
            {"settings", vernier::toJson(run.settings)},
            {"set", run.calibration.setName},
            {"bits_per_weight", run.bitsPerWeight()},
            {"bytes", run.storedBytes + run.otherBytes},
            {"mean_relative_error", run.meanRelativeError()},
            {"from_cache", fromCache},
            {"seconds", run.seconds},
            {"linears", reports}};
}

void print(const Run& run) {
    std::vector<std::vector<std::string>> rows;
    for (const LinearReport& report : run.reports)
        rows.push_back({report.name, fmt::format("{:.3e}", report.relativeError), fmt::format("{:.1f}", report.sqnrDb),
                        run.settings.method == Method::Awq    ? fmt::format("{:.2f}", report.exponent)
                        : run.settings.method == Method::Gptq ? fmt::format("{:.2f}", report.dampPercent)
                                                              : "-"});
    const char* found = run.settings.method == Method::Awq    ? "exponent"
                        : run.settings.method == Method::Gptq ? "damping"
                                                              : "";
    fmt::print("{}", table({"linear", "relative error", "SQNR dB", found}, rows));
    fmt::print("{}: {}, {}, {:.3f} bits per weight, {}\n", run.name, name(run.settings.method),
               run.settings.scheme.text(), run.bitsPerWeight(),
               megabytes(static_cast<double>(run.storedBytes + run.otherBytes)));
}

void run(Options options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    Project project = requireProject(options.project);
    options.settings.method = methodFromName(options.method);
    QuantizeOutcome outcome =
        quantize(bench, project, {options.name, options.settings, newestCalibration(project, options.set)}, job);
    remember(project, outcome.run);
    saveProject(project, options.project);
    if (options.json)
        cli::print(toJson(outcome.run, outcome.fromCache));
    else
        print(outcome.run);
}

} // namespace

void addQuantize(CLI::App& program) {
    auto options = std::make_shared<Options>();
    QuantizeSettings& settings = options->settings;
    CLI::App* verb = program.add_subcommand("quantize", "Make a run: quantize the linears of all blocks");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--method", options->method, "rtn, gptq or awq")
        ->check(CLI::IsMember({"rtn", "gptq", "awq"}))
        ->capture_default_str();
    verb->add_option("--bits", settings.scheme.bits, "Bits per weight")->check(CLI::Range(2, 8))->capture_default_str();
    verb->add_option("--group-size", settings.scheme.groupSize, "Columns that share a scale; -1 for whole rows")
        ->capture_default_str();
    verb->add_flag("--symmetric", settings.scheme.symmetric, "Fix the zero point in the middle of the codes");
    verb->add_option("--damp-percent", settings.dampPercent, "GPTQ: share of the mean Gram diagonal added to it")
        ->capture_default_str();
    verb->add_option("--block-columns", settings.blockColumns, "GPTQ: columns between two trailing updates")
        ->capture_default_str();
    verb->add_flag("--desc-act", settings.actOrder, "GPTQ: columns in order of falling Gram diagonal, static groups");
    verb->add_option("--grid-points", settings.gridPoints, "AWQ: exponents tried")->capture_default_str();
    addPrecision(*verb, settings.precision);
    verb->add_option("--set", options->set, "Use the newest calibration on this set (default: the newest)");
    verb->add_option("--name", options->name, "Name of the run; one of the same name is replaced");
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
