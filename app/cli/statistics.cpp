#include "core/workbench/statistics.h"
#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project;
    StatisticsRequest request;
    bool json = false, csv = false;
};

/// A text as JSON writes it, so that line breaks stay on the line.
std::string quoted(const std::string& text) {
    return nlohmann::json(text).dump();
}

/// Finite numbers as they are; JSON has no infinity.
nlohmann::json number(double value) {
    return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(value > 0 ? "Infinity" : "-Infinity");
}

nlohmann::json toJson(const ChannelRanges& chosen) {
    nlohmann::json low, high, scale, zeroPoint, saturated, sqnr;
    for (const ClippingRange& range : chosen.ranges) {
        low.push_back(range.low), high.push_back(range.high);
        scale.push_back(range.scale), zeroPoint.push_back(range.zeroPoint);
        saturated.push_back(range.saturatedShare), sqnr.push_back(number(range.sqnrDb));
    }
    return {{"low", low},
            {"high", high},
            {"scale", scale},
            {"zero_point", zeroPoint},
            {"saturated_share", saturated},
            {"sqnr_db", sqnr},
            {"all",
             {{"saturated_share", chosen.saturatedShare},
              {"mse", chosen.meanSquaredError},
              {"sqnr_db", number(chosen.sqnrDb)}}}};
}

nlohmann::json toJson(const TapReport& report) {
    nlohmann::json ranges = nlohmann::json::array(), extremes = nlohmann::json::array();
    for (const ClippingRange& range : report.ranges)
        ranges.push_back({{"method", name(range.method)},
                          {"low", range.low},
                          {"high", range.high},
                          {"scale", range.scale},
                          {"zero_point", range.zeroPoint},
                          {"saturated_share", range.saturatedShare},
                          {"mse", range.meanSquaredError},
                          {"sqnr_db", number(range.sqnrDb)}});
    for (const ReportedExtreme& extreme : report.extremes) {
        extremes.push_back(
            {{"value", extreme.extreme.value}, {"channel", extreme.extreme.channel}, {"row", extreme.extreme.row}});
        if (extreme.place)
            extremes.back().update({{"window", extreme.place->window},
                                    {"position", extreme.place->position},
                                    {"id", extreme.place->id},
                                    {"token", extreme.token},
                                    {"before", extreme.before},
                                    {"after", extreme.after},
                                    {"corpus_document", extreme.document},
                                    {"document", extreme.source}});
    }
    nlohmann::json channels = nlohmann::json::object();
    for (const ChannelRanges& chosen : report.channelRanges)
        channels[name(chosen.method)] = toJson(chosen);
    return {{"tap", report.tap.name},
            {"block", report.block},
            {"tokens", report.tokens},
            {"channels", report.channels},
            {"never_routed_to", report.tokens == 0},
            {"min", report.min},
            {"max", report.max},
            {"mean", report.mean},
            {"rms", report.rms},
            {"kurtosis", report.kurtosis},
            {"outlier_ratio", report.outlierRatio},
            {"outlier_channels", report.outliers},
            {"ranges", std::move(ranges)},
            {"channel_ranges", std::move(channels)},
            {"extremes", std::move(extremes)}};
}

std::string headline(const TapReport& report) {
    constexpr std::size_t kNamed = 8;
    std::string text = fmt::format("{}\n", report.tap.name);
    if (report.tokens == 0)
        return text + "  never routed to: no token of the set reached it\n";
    const std::span<const Index> outliers = report.outliers;
    text += fmt::format("  {} tokens × {} channels, {:.4g} to {:.4g}, rms {:.4g}, kurtosis {:.4g}\n", report.tokens,
                        report.channels, report.min, report.max, report.rms, report.kurtosis);
    text += fmt::format("  largest channel {:.1f} × the median one; outliers: {}{}\n", report.outlierRatio,
                        outliers.empty()
                            ? "none"
                            : fmt::format("{}", fmt::join(outliers.first(std::min(kNamed, outliers.size())), ", ")),
                        outliers.size() > kNamed ? fmt::format(" and {} more", outliers.size() - kNamed) : "");
    return text;
}

std::string rangeTable(const TapReport& report) {
    std::vector<std::vector<std::string>> rows;
    for (const ClippingRange& range : report.ranges)
        rows.push_back({"  " + name(range.method), fmt::format("{:.4g}", range.low), fmt::format("{:.4g}", range.high),
                        fmt::format("{:.4g}", range.scale), fmt::format("{}", range.zeroPoint),
                        fmt::format("{:.4g} %", 100 * range.saturatedShare),
                        fmt::format("{:.3g}", range.meanSquaredError), fmt::format("{:.2f}", range.sqnrDb)});
    for (const ChannelRanges& chosen : report.channelRanges)
        rows.push_back({fmt::format("  {}, per channel", name(chosen.method)), "", "", "", "",
                        fmt::format("{:.4g} %", 100 * chosen.saturatedShare),
                        fmt::format("{:.3g}", chosen.meanSquaredError), fmt::format("{:.2f}", chosen.sqnrDb)});
    return table({"  clipping", "low", "high", "scale", "zero", "saturated", "MSE", "SQNR dB"}, rows);
}

std::string extremeTable(const TapReport& report) {
    std::vector<std::vector<std::string>> rows;
    for (const ReportedExtreme& extreme : report.extremes) {
        std::vector<std::string> row{fmt::format("  {:.4g}", extreme.extreme.value),
                                     fmt::format("{}", extreme.extreme.channel),
                                     "-",
                                     "-",
                                     "-",
                                     "-"};
        if (extreme.place)
            row = {row[0],
                   row[1],
                   fmt::format("{}", extreme.place->window),
                   fmt::format("{}", extreme.place->position),
                   quoted(extreme.token),
                   extreme.source};
        rows.push_back(std::move(row));
    }
    return rows.empty() ? "" : table({"  extreme", "channel", "window", "position", "token", "document"}, rows);
}

/// A row per tap and method.
void printCsv(const TapReport& report) {
    const std::string tap =
        fmt::format("{},{},{},{},{},{},{},{},{},{}", report.tap.name, report.block, report.tokens, report.channels,
                    report.min, report.max, report.mean, report.rms, report.kurtosis, report.outlierRatio);
    if (report.ranges.empty())
        fmt::print("{},,,,,,,,\n", tap);
    for (const ClippingRange& range : report.ranges)
        fmt::print("{},{},{},{},{},{},{},{},{}\n", tap, name(range.method), range.low, range.high, range.scale,
                   range.zeroPoint, range.saturatedShare, range.meanSquaredError, range.sqnrDb);
}

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    const Project project = requireProject(options.project);
    nlohmann::json taps = nlohmann::json::array();
    if (options.csv)
        fmt::print("tap,block,tokens,channels,min,max,mean,rms,kurtosis,outlier_ratio,method,low,high,scale,zero_point,"
                   "saturated_share,mse,sqnr_db\n");
    reportStatistics(bench, project, options.request, job, [&](const TapReport& report) {
        if (options.json)
            taps.push_back(toJson(report));
        else if (options.csv)
            printCsv(report);
        else
            fmt::print("{}{}{}\n", headline(report), report.ranges.empty() ? "" : rangeTable(report),
                       extremeTable(report));
    });
    if (options.json)
        print({{"set", chooseCalibration(project, options.request.setName).setName},
               {"bits", options.request.clipping.grid.bits},
               {"symmetric", options.request.clipping.grid.symmetric},
               {"taps", taps}});
}

} // namespace

void addStatistics(CLI::App& program) {
    auto options = std::make_shared<Options>();
    StatisticsRequest& request = options->request;
    CLI::App* verb =
        program.add_subcommand("statistics", "Show what a calibration saw at each tap, and the ranges to clip it to");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--set", request.setName, "Set whose newest calibration to show (default: the newest of all)");
    verb->add_option("--tap", request.taps, "Taps to show, as a pattern: '*.mlp.down_proj:input'")
        ->capture_default_str();
    verb->add_option("--bits", request.clipping.grid.bits, "Bits of the grid that ranges are judged on")
        ->check(CLI::Range(2, 8))
        ->capture_default_str();
    verb->add_flag("--symmetric", request.clipping.grid.symmetric, "Judge on a symmetric grid");
    verb->add_option("--percentile", request.clipping.percentile, "Share of values that the percentile range keeps")
        ->check(CLI::Range(50.0, 100.0))
        ->capture_default_str();
    verb->add_option("--extremes", request.extremes, "Extreme values to show per tap, of those whose tokens are known")
        ->check(CLI::Range(0, 65536))
        ->capture_default_str();
    verb->add_option("--channel", request.kept.channel, "Show the kept values of this channel only")
        ->check(CLI::NonNegativeNumber);
    verb->add_option("--above", request.kept.low, "Show kept values from this one on");
    verb->add_option("--below", request.kept.high, "Show kept values below this one");
    verb->add_option("--around", request.around, "Tokens of text to show on each side of a value's token (JSON)")
        ->check(CLI::Range(0, 1 << 20))
        ->capture_default_str();
    auto* json = verb->add_flag("--json", options->json, "Print JSON");
    verb->add_flag("--csv", options->csv, "Print CSV, a row per tap and clipping method")->excludes(json);
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
