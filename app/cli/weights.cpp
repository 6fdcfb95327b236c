#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/workbench/linear_weights.h"

#include <cmath>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project, run, linear = "*", format = "table";
    bool json = false, levels = false;
};

std::string text(const NumberRange& range) {
    return fmt::format("{:.4g} … {:.4g}", range.low, range.high);
}

nlohmann::json number(double value) {
    return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
}

nlohmann::json toJson(const NumberRange& range) {
    return {{"low", range.low}, {"high", range.high}};
}

nlohmann::json toJson(const WeightReport& report) {
    const WeightNumbers& is = report.numbers;
    nlohmann::json linear = {{"linear", report.name}, {"block", report.block}, {"quantized", report.isQuantized},
                             {"out", is.out},         {"in", is.in},           {"rms", is.rms},
                             {"largest", is.largest}};
    if (!report.isQuantized)
        return linear;
    nlohmann::json levels = nlohmann::json::array();
    for (const CodeLevel& level : is.usage.levels)
        levels.push_back({{"value", level.value}, {"count", level.count}});
    linear.update({{"format", name(report.scheme.format)},
                   {"bits", report.scheme.bits},
                   {"group_size", report.scheme.groupSize},
                   {"symmetric", report.scheme.symmetric},
                   {"groups_per_row", is.groups},
                   {"group_index", report.hasGroupIndex},
                   {"sqnr_db", number(is.sqnrDb)},
                   {"relative_error", number(is.relativeError)},
                   {"largest_error", is.largestError},
                   {"worst_row", is.worstRow},
                   {"worst_column", is.worstColumn},
                   {"output_relative_error", report.outputError ? number(*report.outputError) : nlohmann::json()},
                   {"unused_levels", is.usage.unused()},
                   {"end_share", is.usage.endShare()},
                   {"scales", toJson(is.scales)},
                   {"zero_points", is.zeros ? toJson(*is.zeros) : nlohmann::json()},
                   {"minimums", is.minimums ? toJson(*is.minimums) : nlohmann::json()},
                   {"levels", std::move(levels)}});
    return linear;
}

std::vector<std::string> rowOf(const WeightReport& report) {
    const WeightNumbers& is = report.numbers;
    if (!report.isQuantized)
        return {report.name, "kept", "-", "-", "-", "-", "-", "-", "-"};
    return {report.name,
            report.scheme.text(),
            fmt::format("{:.2f}", is.sqnrDb),
            fmt::format("{:.4g}", is.relativeError),
            report.outputError ? fmt::format("{:.4g}", *report.outputError) : "-",
            fmt::format("{} of {}", is.usage.unused(), is.usage.levels.size()),
            fmt::format("{:.2f} %", 100 * is.usage.endShare()),
            text(is.scales),
            is.zeros      ? text(*is.zeros)
            : is.minimums ? text(*is.minimums)
                          : "-"};
}

std::string levelTable(const WeightReport& report) {
    constexpr double kWidest = 40;
    std::uint64_t most = 1;
    for (const CodeLevel& level : report.numbers.usage.levels)
        most = std::max(most, level.count);
    std::vector<std::vector<std::string>> rows;
    for (const CodeLevel& level : report.numbers.usage.levels) {
        const auto length = static_cast<int>(std::ceil(kWidest * static_cast<double>(level.count) / double(most)));
        rows.push_back({fmt::format("  {:g}", level.value), fmt::format("{}", level.count),
                        level.count == 0 ? "unused" : fmt::format("{:<40}", std::string(std::size_t(length), '#'))});
    }
    return table({"  level", "weights", ""}, rows);
}

void printCsv(const std::vector<WeightReport>& reports, bool levels) {
    if (levels) {
        fmt::print("linear,level,count\n");
        for (const WeightReport& report : reports)
            for (const CodeLevel& level : report.numbers.usage.levels)
                fmt::print("{},{},{}\n", report.name, level.value, level.count);
        return;
    }
    fmt::print("linear,block,quantized,out,in,format,bits,group_size,sqnr_db,relative_error,output_relative_error,"
               "largest_error,unused_levels,levels,end_share,scale_low,scale_high,zero_low,zero_high,minimum_low,"
               "minimum_high\n");
    const auto ends = [](const std::optional<NumberRange>& range) {
        return range ? fmt::format("{},{}", range->low, range->high) : ",";
    };
    for (const WeightReport& report : reports) {
        const WeightNumbers& is = report.numbers;
        fmt::print("{},{},{},{},{},", report.name, report.block, report.isQuantized ? 1 : 0, is.out, is.in);
        if (!report.isQuantized) {
            fmt::print(",,,,,,,,,,,,,,,\n");
            continue;
        }
        fmt::print("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", name(report.scheme.format), report.scheme.bits,
                   report.scheme.groupSize, is.sqnrDb, is.relativeError,
                   report.outputError ? fmt::format("{}", *report.outputError) : "", is.largestError, is.usage.unused(),
                   is.usage.levels.size(), is.usage.endShare(), ends(is.scales), ends(is.zeros), ends(is.minimums));
    }
}

void run(const Options& options) {
    const Project project = requireProject(options.project);
    const Run& looked = requireRun(project, options.run);
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    std::vector<WeightReport> reports;
    reportWeights(bench, project, looked, options.linear, job,
                  [&](const WeightReport& report) { reports.push_back(report); });
    if (options.json || options.format == "json") {
        nlohmann::json linears = nlohmann::json::array();
        for (const WeightReport& report : reports)
            linears.push_back(toJson(report));
        return print({{"run", looked.name}, {"linears", std::move(linears)}});
    }
    if (options.format == "csv")
        return printCsv(reports, options.levels);
    std::vector<std::vector<std::string>> rows;
    for (const WeightReport& report : reports)
        rows.push_back(rowOf(report));
    fmt::print("{}", table({"linear", "grid", "SQNR, dB", "relative error", "of output", "unused levels", "at the ends",
                            "scales", "zero points or minimums"},
                           rows));
    if (options.levels)
        for (const WeightReport& report : reports)
            if (report.isQuantized)
                fmt::print("\n{}\n{}", report.name, levelTable(report));
}

} // namespace

void addWeights(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand(
        "weights", "Show what a run made of the weights of linears: error, levels used, scales, zero points");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--run", options->run, "Run to look at")->required();
    verb->add_option("--linear", options->linear, "Linears, by full name or pattern: '*.mlp.down_proj'")
        ->capture_default_str();
    verb->add_flag("--levels", options->levels, "List the levels of each linear's grid with the weights on them");
    verb->add_option("--format", options->format, "table, csv or json")
        ->check(CLI::IsMember({"table", "csv", "json"}))
        ->capture_default_str();
    verb->add_flag("--json", options->json, "The same as --format json");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
