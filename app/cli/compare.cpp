#include "core/workbench/compare.h"
#include "app/cli/arguments.h"
#include "app/cli/comparison.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"

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

} // namespace

std::string comparisonTable(const Project& project) {
    std::vector<std::vector<std::string>> rows;
    for (const ComparisonRow& row : compareRuns(project))
        rows.push_back({row.run, row.method, fmt::format("{}", row.scheme.bits),
                        row.scheme.groupSize < 0 ? "row" : fmt::format("{}", row.scheme.groupSize), row.calibrationSet,
                        fmt::format("{:.3f}", row.bitsPerWeight), megabytes(static_cast<double>(row.totalBytes)),
                        number(row.perplexity, "{:.4f}"), number(row.perplexityLoss, "{:+.4f}"),
                        number(row.kl, "{:.5f}"), number(row.top1, "{:.2f}", 100),
                        fmt::format("{:.2e}", row.meanRelativeError),
                        row.seconds > 0 ? fmt::format("{:.1f}", row.seconds) : "cached"});
    return table({"run", "method", "bits", "group", "set", "bits/weight", "size", "perplexity", "loss", "KL nats",
                  "top-1 %", "layer error", "seconds"},
                 rows);
}

nlohmann::json comparisonJson(const Project& project) {
    nlohmann::json runs = nlohmann::json::array();
    for (const ComparisonRow& row : compareRuns(project))
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
                        {"evaluated_on", row.evaluatedOn},
                        {"seconds", row.seconds}});
    return {{"runs", runs}};
}

void addCompare(CLI::App& program) {
    struct Options {
        std::string project;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("compare", "Show the runs of a project side by side");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] {
        const Project project = requireProject(options->project);
        if (options->json)
            return print(comparisonJson(project));
        fmt::print("{}", comparisonTable(project));
    });
}

} // namespace vernier::cli
