#include "core/workbench/demo.h"
#include "app/cli/arguments.h"
#include "app/cli/comparison.h"
#include "app/cli/verbs.h"
#include "core/base/clock.h"
#include "core/store/project_file.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project = "demo.vernier";
    bool json = false;
};

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    const Stopwatch watch;
    Project project = std::filesystem::exists(options.project) ? loadProject(options.project) : Project();
    const DemoReport report = runDemo(bench, options.project, project, job);
    const bool allCached = report.calibrationsComputed + report.runsComputed + report.evaluationsComputed == 0;
    if (options.json) {
        nlohmann::json result = comparisonJson(project);
        result["project"] = options.project;
        result["seconds"] = watch.seconds();
        result["calibrations"] = {{"computed", report.calibrationsComputed},
                                  {"from_cache", report.calibrationsFromCache}};
        result["quantizations"] = {{"computed", report.runsComputed}, {"from_cache", report.runsFromCache}};
        result["evaluations"] = {{"computed", report.evaluationsComputed}, {"from_cache", report.evaluationsFromCache}};
        return print(result);
    }
    fmt::print("\n{}\n", comparisonTable(project));
    fmt::print(
        "Loss is perplexity above full precision. The demo model carries planted activation outliers, so that it "
        "is as hard to quantize as a large one.\n");
    if (allCached)
        fmt::print("Everything came from the cache ({}): nothing was recomputed.\n", bench.cache.folder().string());
    fmt::print("{:.1f} s. Project: {}\n", watch.seconds(), options.project);
}

} // namespace

void addDemo(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("demo", "Do the whole job on the demo model: import, calibrate, quantize, "
                                                    "evaluate, compare");
    verb->add_option("--project", options->project, "Project file to make or complete")->capture_default_str();
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
