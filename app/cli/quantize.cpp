#include "core/workbench/quantize.h"
#include "app/cli/arguments.h"
#include "app/cli/quantize_options.h"
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
    std::string project, name, set;
    SettingsOptions settings;
    Precision precision = Precision::F32;
    bool json = false;
};

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

/// What only the method knows of a linear.
std::string found(const QuantizeSettings& settings, const LinearReport& report) {
    std::string text;
    if (usesAwq(settings.method))
        text = fmt::format("r {:.2f}", report.exponent);
    if (report.dampPercent > 0)
        text += fmt::format("{}damping {:.2f}", text.empty() ? "" : ", ", report.dampPercent);
    return text.empty() ? "-" : text;
}

void print(const Run& run) {
    std::vector<std::vector<std::string>> rows;
    for (const LinearReport& report : run.reports)
        rows.push_back({report.name, report.how, fmt::format("{:.2f}", report.bitsPerWeight()),
                        fmt::format("{:.3e}", report.relativeError), fmt::format("{:.1f}", report.sqnrDb),
                        found(run.settings, report)});
    fmt::print("{}", table({"linear", "method", "bits", "relative error", "SQNR dB", "found"}, rows));
    const std::string activations = run.settings.activations.text();
    fmt::print("{}: {}, {}{}, {:.3f} bits per weight, {}\n", run.name, name(run.settings.method),
               run.settings.scheme.text(), activations.empty() ? "" : ", " + activations, run.bitsPerWeight(),
               megabytes(static_cast<double>(run.storedBytes + run.otherBytes)));
}

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    Project project = requireProject(options.project);
    QuantizeSettings settings = settingsForProject(options.settings.settings(), project);
    settings.precision = options.precision;
    QuantizeOutcome outcome =
        quantize(bench, project, {options.name, settings, requireCalibration(project, options.set)}, job);
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
    CLI::App* verb = program.add_subcommand("quantize", "Make a run: quantize the linears of all blocks");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    options->settings.addTo(*verb);
    addPrecision(*verb, options->precision);
    verb->add_option("--set", options->set, "Use the newest calibration on this set (default: the newest)");
    verb->add_option("--name", options->name, "Name of the run; one of the same name is replaced");
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
