#include "core/workbench/drift.h"
#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project;
    DriftRequest request;
    bool json = false, csv = false;
};

void printTable(const std::vector<DriftReport>& reports) {
    std::vector<std::vector<std::string>> rows;
    for (const DriftReport& report : reports)
        rows.push_back({report.tap.name, fmt::format("{:.4f}", report.drift.divergence),
                        fmt::format("{:.3g} %", 100 * report.drift.outside),
                        fmt::format("{:.2f} ×", report.drift.rangeGrowth),
                        fmt::format("{:.4g} … {:.4g}", report.low, report.high),
                        fmt::format("{:.4g} … {:.4g}", report.otherLow, report.otherHigh)});
    fmt::print("{}", table({"tap", "divergence, bits", "outside", "growth", "calibrated on", "against"}, rows));
}

void run(const Options& options) {
    if (options.request.against.empty() && options.request.run.empty())
        throw CLI::RequiredError("--against or --run");
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    const std::vector<DriftReport> reports = reportDrift(bench, requireProject(options.project), options.request, job);
    if (options.csv) {
        fmt::print("tap,block,divergence_bits,outside_share,range_growth,low,high,other_low,other_high\n");
        for (const DriftReport& report : reports)
            fmt::print("{},{},{},{},{},{},{},{},{}\n", report.tap.name, report.block, report.drift.divergence,
                       report.drift.outside, report.drift.rangeGrowth, report.low, report.high, report.otherLow,
                       report.otherHigh);
        return;
    }
    if (!options.json)
        return printTable(reports);
    nlohmann::json taps = nlohmann::json::array();
    for (const DriftReport& report : reports)
        taps.push_back({{"tap", report.tap.name},
                        {"block", report.block},
                        {"divergence_bits", report.drift.divergence},
                        {"outside_share", report.drift.outside},
                        {"range_growth", report.drift.rangeGrowth},
                        {"low", report.low},
                        {"high", report.high},
                        {"other_low", report.otherLow},
                        {"other_high", report.otherHigh}});
    print({{"taps", taps}});
}

} // namespace

void addDrift(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand(
        "drift", "Show which taps would be surprised by other text than they were calibrated on, the worst first");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    CLI::Option* against = verb->add_option("--against", options->request.against,
                                            "Set that stands for the text to come; calibrate on it too");
    verb->add_option(
            "--run", options->request.run,
            "Compare full precision with what this run's quantized model sees of the text it was calibrated on")
        ->excludes(against);
    verb->add_option("--set", options->request.setName,
                     "Set whose newest calibration is looked at (default: the newest on another)");
    verb->add_option("--tap", options->request.taps, "Taps to compare, as a pattern: '*.mlp.down_proj:input'")
        ->capture_default_str();
    auto* json = verb->add_flag("--json", options->json, "Print JSON");
    verb->add_flag("--csv", options->csv, "Print CSV")->excludes(json);
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
