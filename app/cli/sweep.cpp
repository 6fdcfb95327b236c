#include "core/workbench/sweep.h"
#include "app/cli/arguments.h"
#include "app/cli/comparison.h"
#include "app/cli/evaluation_options.h"
#include "app/cli/quantize_options.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/byte_size.h"
#include "core/store/project_file.h"
#include "core/store/settings_json.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_plan.h"
#include "core/workbench/run_queue.h"

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
    bool noEvaluation = false, plan = false, queue = false, json = false;
};

void printPlans(const std::vector<RunOrder>& orders, const std::vector<RunPlan>& plans, bool json) {
    nlohmann::json list = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const RunPlan& plan = plans[i];
        const QuantizeSettings& settings = orders[i].settings;
        list.push_back({{"method", name(settings.method)},
                        {"scheme", toJson(settings.scheme)},
                        {"set", orders[i].setName},
                        {"stored_bytes", plan.size.storedBytes},
                        {"other_bytes", plan.otherBytes},
                        {"bits_per_weight", plan.size.bitsPerWeight()},
                        {"calibration_seconds", plan.calibration.seconds},
                        {"quantize_seconds", plan.solveSeconds},
                        {"evaluate_seconds", plan.evaluationSeconds},
                        {"basis", plan.basis},
                        {"codes_cached", plan.codesCached},
                        {"known_run", plan.knownRun}});
        rows.push_back({name(settings.method), settings.scheme.text(), orders[i].setName,
                        byteSizeText(plan.size.storedBytes + plan.otherBytes),
                        fmt::format("{:.2f}", plan.size.bitsPerWeight()), fmt::format("{:.1f} s", plan.seconds()),
                        !plan.knownRun.empty() ? "is " + plan.knownRun
                        : plan.codesCached     ? "codes cached"
                                               : ""});
    }
    if (json)
        return cli::print(list);
    fmt::print("{}", table({"method", "grid", "set", "size", "bits/weight", "about", "known"}, rows));
}

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    Project project = requireProject(options.project);
    SweepAxes axes = options.axes;
    for (const std::string& method : options.methods)
        axes.methods.push_back(methodFromName(method));
    const QuantizeSettings base = settingsForProject(options.settings.settings(), project);
    const CalibrationRecord& calibration = requireCalibration(project, axes.sets.empty() ? "" : axes.sets.front());
    const auto data = options.noEvaluation ? std::nullopt : std::optional(options.text.data());
    if (options.plan || options.queue) {
        RunOrder order = orderOn(calibration);
        order.settings = base;
        order.evaluation = data;
        const auto orders = sweepOrders(project, order, axes);
        if (options.plan)
            printPlans(orders, planRuns(bench, project, orders, job), options.json);
        if (options.queue) {
            for (const std::string& name : enqueue(project, orders))
                fmt::print(stderr, "{} waits\n", name);
            saveProject(project, options.project);
        }
        return;
    }
    const auto points = sweepPoints(project, base, calibration, axes);
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
    auto* plan =
        verb->add_flag("--plan", options->plan, "Only say what each run would take: size, time, what is there");
    verb->add_flag("--queue", options->queue, "Only let the runs wait in the project's queue")->excludes(plan);
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { cli::run(*options); });
}

} // namespace vernier::cli
