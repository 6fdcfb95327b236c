#include "core/workbench/sweep.h"
#include "app/cli/arguments.h"
#include "app/cli/comparison.h"
#include "app/cli/evaluation_options.h"
#include "app/cli/quantize_options.h"
#include "app/cli/verbs.h"
#include "core/store/project_file.h"
#include "core/workbench/quantize.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project;
    std::vector<std::string> methods;
    SweepAxes axes;
    SettingsOptions settings;
    EvaluationOptions text;
    bool noEvaluation = false, json = false;
};

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    Project project = requireProject(options.project);
    SweepAxes axes = options.axes;
    for (const std::string& method : options.methods)
        axes.methods.push_back(methodFromName(method));
    const QuantizeSettings base = settingsForProject(options.settings.settings(), project);
    const auto points =
        sweepPoints(project, base, requireCalibration(project, axes.sets.empty() ? "" : axes.sets.front()), axes);
    const auto data = options.noEvaluation ? std::nullopt : std::optional(options.text.data());
    runSweep(bench, project, points, data, job, [&](const Run&) { saveProject(project, options.project); });
    if (options.json)
        cli::print(comparisonJson(project));
    else
        fmt::print("{}", comparisonTable(project));
}

} // namespace

void addSweep(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand(
        "sweep", "Make and evaluate a run for every combination of methods, bits, groups and calibration sets");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--methods", options->methods, "Methods, with commas between: rtn,gptq,awq")->delimiter(',');
    verb->add_option("--bits-list", options->axes.bits, "Bits, with commas between: 3,4")->delimiter(',');
    verb->add_option("--group-sizes", options->axes.groupSizes, "Group sizes, with commas between: 64,128,-1")
        ->delimiter(',');
    verb->add_option("--sets", options->axes.sets, "Calibrated sets, with commas between")->delimiter(',');
    options->settings.addTo(*verb);
    verb->add_flag("--no-evaluation", options->noEvaluation, "Only make the runs");
    options->text.addTo(*verb);
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { cli::run(*options); });
}

} // namespace vernier::cli
