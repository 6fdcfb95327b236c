#include "core/workbench/compare.h"
#include "app/cli/arguments.h"
#include "app/cli/comparison.h"
#include "app/cli/evaluation_options.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/workbench/compare_pair.h"
#include "core/workbench/edit_runs.h"
#include "core/workbench/report/describe.h"
#include "core/workbench/report/write_html.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

std::string number(const std::optional<double>& value, const char* format, double factor = 1) {
    return value ? fmt::format(fmt::runtime(format), *value * factor) : "-";
}

nlohmann::json number(const std::optional<double>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json();
}

/// The line of the run that others are compared with; null for none.
const ComparisonRow* baselineRow(const std::vector<ComparisonRow>& rows, const Baseline& baseline) {
    const auto found = std::ranges::find(rows, baseline.run, &ComparisonRow::run);
    return baseline.run.empty() || found == rows.end() ? nullptr : &*found;
}

/// "+0.0012", "-" where one is unknown or was measured on other text, "" for the baseline itself.
std::string difference(const std::optional<double>& value, const std::optional<double>& base, bool isBase,
                       const char* format) {
    return isBase ? "" : value && base ? fmt::format(fmt::runtime(format), *value - *base) : "-";
}

/// The table's numbers at full precision, one line per run; the columns are the keys of its JSON.
std::string csvOf(const nlohmann::json& comparison) {
    std::string text;
    std::vector<std::string> keys;
    for (const auto& run : comparison["runs"])
        for (const auto& [key, value] : run.items())
            if (!value.is_structured() && std::ranges::find(keys, key) == keys.end())
                keys.push_back(key);
    const auto line = [&](const auto& cell) {
        for (std::size_t i = 0; i < keys.size(); ++i)
            text.append(i > 0 ? "," : "").append(csvField(cell(keys[i])));
        text.push_back('\n');
    };
    line([](const std::string& key) { return key; });
    for (const auto& run : comparison["runs"])
        line([&](const std::string& key) {
            const auto value = run.find(key);
            return value == run.end() || value->is_null() ? std::string()
                   : value->is_string()                   ? value->template get<std::string>()
                                                          : value->dump();
        });
    return text;
}

Baseline baselineOf(Workbench& bench, const Project& project, const std::string& name, bool paired,
                    const EvaluationData& data, JobContext& job) {
    Baseline baseline{name, {}};
    const Run& base = requireRun(project, name);
    if (paired)
        for (const Run& run : project.runs)
            if (run.name != name && run.calibration.modelFingerprint == base.calibration.modelFingerprint)
                baseline.paired[run.name] = comparePairTokens(bench, project, run, base, data, job).paired;
    return baseline;
}

Report comparisonReport(const Project& project, const Baseline& baseline, const std::filesystem::path& file) {
    ReportRequest request;
    request.title = file.stem().string();
    request.baseline = baseline.run;
    Report report = collectRuns(project, request);
    report.paired = baseline.paired;
    return report;
}

} // namespace

std::string comparisonTable(const Project& project, const Baseline& baseline) {
    const auto runs = compareRuns(project);
    const ComparisonRow* base = baselineRow(runs, baseline);
    std::vector<std::string> header = {"run",         "method",      "bits",       "group", "set",
                                       "bits/weight", "size",        "perplexity", "loss",  "KL nats",
                                       "top-1 %",     "layer error", "seconds"};
    if (base)
        header.insert(header.end(), {"Δ size", "Δ perplexity", "Δ KL nats"});
    if (!baseline.paired.empty())
        header.insert(header.end(), {"Δ loss nats/token", "95 % interval", "better"});
    std::vector<std::vector<std::string>> rows;
    for (const ComparisonRow& row : runs) {
        rows.push_back({row.run, row.method, fmt::format("{}", row.scheme.bits),
                        row.scheme.groupSize < 0 ? "row" : fmt::format("{}", row.scheme.groupSize), row.calibrationSet,
                        fmt::format("{:.3f}", row.bitsPerWeight), megabytes(static_cast<double>(row.totalBytes)),
                        number(row.perplexity, "{:.4f}"), number(row.perplexityLoss, "{:+.4f}"),
                        number(row.kl, "{:.5f}"), number(row.top1, "{:.2f}", 100),
                        fmt::format("{:.2e}", row.meanRelativeError),
                        row.seconds > 0 ? fmt::format("{:.1f}", row.seconds) : "cached"});
        auto& cells = rows.back();
        const bool isBase = &row == base;
        if (base) {
            const double bytes = static_cast<double>(row.totalBytes) - static_cast<double>(base->totalBytes);
            cells.push_back(isBase ? "baseline" : fmt::format("{:+.2f} MB", bytes / 1e6));
            const bool alike = scoredAlike(row, *base);
            cells.push_back(difference(alike ? row.perplexity : std::nullopt, base->perplexity, isBase, "{:+.4f}"));
            cells.push_back(difference(alike ? row.kl : std::nullopt, base->kl, isBase, "{:+.5f}"));
        }
        if (baseline.paired.empty())
            continue;
        const auto paired = baseline.paired.find(row.run);
        if (paired == baseline.paired.end()) {
            cells.insert(cells.end(), {isBase ? "" : "-", isBase ? "" : "-", isBase ? "" : "-"});
            continue;
        }
        const PairedComparison& is = paired->second;
        cells.push_back(fmt::format("{:+.5f}", is.meanDifference));
        cells.push_back(fmt::format("{:+.5f} … {:+.5f}", is.low, is.high));
        cells.push_back(!is.isSure() ? "unsure" : is.meanDifference < 0 ? "yes" : "no");
    }
    return table(header, rows);
}

nlohmann::json comparisonJson(const Project& project, const Baseline& baseline) {
    nlohmann::json runs = nlohmann::json::array();
    for (const ComparisonRow& row : compareRuns(project)) {
        runs.push_back({{"run", row.run},
                        {"method", row.method},
                        {"set", row.calibrationSet},
                        {"bits", row.scheme.bits},
                        {"group_size", row.scheme.groupSize},
                        {"symmetric", row.scheme.symmetric},
                        {"bits_per_weight", row.bitsPerWeight},
                        {"bytes", row.totalBytes},
                        {"perplexity", number(row.perplexity)},
                        {"perplexity_loss", number(row.perplexityLoss)},
                        {"kl", number(row.kl)},
                        {"top1", number(row.top1)},
                        {"mean_relative_error", row.meanRelativeError},
                        {"evaluated_on", row.scored ? row.scored->data : std::string()},
                        {"tags", tagsText(row.tags)},
                        {"note", row.note},
                        {"seconds", row.seconds}});
        for (const DomainPerplexity& domain : row.domains)
            runs.back()["perplexity_by_domain"][domain.domain] = domain.perplexity;
        const auto paired = baseline.paired.find(row.run);
        if (paired == baseline.paired.end())
            continue;
        const PairedComparison& is = paired->second;
        runs.back()["difference_nats"] = is.meanDifference;
        runs.back()["difference_low"] = is.low;
        runs.back()["difference_high"] = is.high;
        runs.back()["better_share"] = is.firstBetterShare;
    }
    nlohmann::json result = {{"runs", runs}};
    if (!baseline.run.empty())
        result["baseline"] = baseline.run;
    return result;
}

void addCompare(CLI::App& program) {
    struct Options {
        std::string project, format = "table", baseline;
        EvaluationOptions text;
        bool json = false, paired = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("compare", "Show the runs of a project side by side");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--format", options->format, "table, csv, json or html")
        ->check(CLI::IsMember({"table", "csv", "json", "html"}))
        ->capture_default_str();
    verb->add_option("--baseline", options->baseline,
                     "Show differences of all others from this run (default: the one that is pinned)");
    verb->add_flag("--paired", options->paired,
                   "Compare losses token by token with the baseline's: mean difference, its 95 % interval (paired "
                   "bootstrap over windows), and whether it is sure");
    options->text.addTo(*verb);
    verb->add_flag("--json", options->json, "The same as --format json");
    verb->callback([options] {
        const Project project = requireProject(options->project);
        Baseline compared;
        if (options->baseline.empty())
            options->baseline = project.baselineRun;
        if (options->paired && options->baseline.empty())
            throw Error(ErrorKind::Input, "--paired", "there is no baseline to compare with",
                        "name one with --baseline, or pin one with `vernier runs`");
        if (!options->baseline.empty()) {
            Console console;
            Workbench bench = makeBench(console);
            JobContext job = console.job();
            compared = baselineOf(bench, project, options->baseline, options->paired, options->text.data(), job);
        }
        if (options->json || options->format == "json")
            return print(comparisonJson(project, compared));
        if (options->format == "html") {
            fmt::print("{}", htmlOf(describeComparison(comparisonReport(project, compared, options->project))));
            return;
        }
        fmt::print("{}", options->format == "csv" ? csvOf(comparisonJson(project, compared))
                                                  : comparisonTable(project, compared));
    });
}

} // namespace vernier::cli
