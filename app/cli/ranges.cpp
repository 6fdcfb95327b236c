#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/store/project_file.h"
#include "core/workbench/choose_ranges.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fnmatch.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project;
    bool json = false;
    RangeChoice choice;
    std::string method;
};
using SharedOptions = std::shared_ptr<Options>;

void show(const Project& project, bool json) {
    if (json) {
        nlohmann::json ranges = nlohmann::json::array();
        for (const ChosenRange& range : project.chosenRanges)
            ranges.push_back(
                {{"tap", range.tap}, {"method", methodText(range)}, {"low", range.low}, {"high", range.high}});
        return print({{"ranges", ranges}});
    }
    if (project.chosenRanges.empty())
        return fmt::print("no ranges are chosen; choose some with: vernier ranges PROJECT set PATTERN --method MSE\n");
    std::vector<std::vector<std::string>> rows;
    for (const ChosenRange& range : project.chosenRanges)
        rows.push_back(
            {range.tap, methodText(range), fmt::format("{:.6g}", range.low), fmt::format("{:.6g}", range.high)});
    fmt::print("{}", table({"tap", "method", "low", "high"}, rows));
}

void set(const Options& options) {
    RangeChoice choice = options.choice;
    if (!options.method.empty())
        choice.method = chosenMethodFromText(options.method);
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    Project project = requireProject(options.project);
    for (const ChosenRange& range : chooseRanges(bench, project, choice, job))
        setChosenRange(project.chosenRanges, range);
    saveProject(project, options.project);
    show(project, options.json);
}

void clear(const Options& options) {
    Project project = requireProject(options.project);
    const std::size_t removed = std::erase_if(project.chosenRanges, [&](const ChosenRange& range) {
        return ::fnmatch(options.choice.taps.c_str(), range.tap.c_str(), 0) == 0;
    });
    if (removed == 0)
        throw Error(ErrorKind::Input, "tap", fmt::format("no range is chosen for {}", options.choice.taps),
                    "list them with: vernier ranges PROJECT list");
    saveProject(project, options.project);
    show(project, options.json);
}

CLI::App* addVerb(CLI::App& ranges, const char* name, const char* help) {
    CLI::App* verb = ranges.add_subcommand(name, help);
    verb->fallthrough();
    return verb;
}

void addSet(CLI::App& ranges, const SharedOptions& options) {
    CLI::App* verb = addVerb(ranges, "set", "Choose the range of taps: found by a method, or by hand");
    RangeChoice& choice = options->choice;
    verb->add_option("taps", choice.taps, "Taps, as a pattern: '*.mlp.down_proj:input'")->required();
    std::vector<std::string> methods;
    for (const ClippingMethod method : kClippingMethods)
        methods.push_back(name(method));
    auto* method = verb->add_option("--method", options->method, "Method that finds the range in the calibration")
                       ->check(CLI::IsMember(methods));
    auto* low = verb->add_option("--low", choice.low, "Low end, at most 0")->excludes(method);
    auto* high = verb->add_option("--high", choice.high, "High end, at least 0")->excludes(method);
    low->needs(high);
    high->needs(low);
    verb->add_option("--set", choice.setName, "Set whose newest calibration to use (default: the newest of all)");
    verb->add_option("--bits", choice.clipping.grid.bits, "Bits of the grid that ranges are judged on")
        ->check(CLI::Range(2, 8))
        ->capture_default_str();
    verb->add_flag("--symmetric", choice.clipping.grid.symmetric, "Judge on a symmetric grid");
    verb->add_option("--percentile", choice.clipping.percentile, "Share of values that the percentile range keeps")
        ->check(CLI::Range(50.0, 100.0))
        ->capture_default_str();
    verb->callback([options, method, low] {
        if (method->empty() && low->empty())
            throw CLI::RequiredError("--method, or --low and --high");
        set(*options);
    });
}

} // namespace

void addRanges(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("ranges", "List, choose and forget the clipping ranges of taps");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_flag("--json", options->json, "Print JSON");
    verb->require_subcommand(1);
    addVerb(*verb, "list", "List the ranges that are chosen")->callback([options] {
        show(requireProject(options->project), options->json);
    });
    addSet(*verb, options);
    CLI::App* forget = addVerb(*verb, "clear", "Forget the ranges chosen for taps");
    forget->add_option("taps", options->choice.taps, "Taps, as a pattern: '*' for all")->required();
    forget->callback([options] { clear(*options); });
}

} // namespace vernier::cli
