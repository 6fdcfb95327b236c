#include "app/cli/arguments.h"
#include "app/cli/calibrate_options.h"
#include "app/cli/verbs.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

void run(const CalibrateOptions& options) {
    Console console;
    Workbench bench = makeBench(console);
    bench.memoryLimit = memoryLimitOf(options);
    JobContext job = console.job();
    const Project project = requireProject(options.project);
    const CalibrationPlan plan = planCalibration(bench, project, requestOf(options, project), job);
    if (options.json)
        return print(planJson(plan));
    fmt::print("{}", planText(plan));
}

} // namespace

void addPlan(CLI::App& program) {
    auto options = std::make_shared<CalibrateOptions>();
    CLI::App* verb = program.add_subcommand(
        "plan", "Say what a calibration would take: time, memory, disk, and what is already cached");
    addCalibrateOptions(*verb, *options);
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
