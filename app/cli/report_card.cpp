#include "core/workbench/report_card.h"
#include "app/cli/arguments.h"
#include "app/cli/report_card_json.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"

#include <cmath>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project, model, matrix;
    ReportCardRequest request;
    int windows = 64;
    double percent = 5;
    bool json = false, csv = false;
};

std::string percent(double share) {
    return std::isnan(share) ? "-" : fmt::format("{:.2f}", 100 * share);
}

std::string mixTable(const char* what, const std::vector<MixShare>& shares) {
    std::vector<std::vector<std::string>> rows;
    for (const MixShare& share : shares)
        rows.push_back({share.name.empty() ? "none" : share.name, fmt::format("{}", share.documents),
                        fmt::format("{}", share.tokens), percent(share.share)});
    return table({what, "documents", "tokens", "share %"}, rows);
}

std::string gramTable(const std::vector<TapHealth>& taps) {
    std::vector<std::vector<std::string>> rows;
    for (const TapHealth& tap : taps) {
        const GramHealth& gram = tap.gram;
        const char* atLeast = gram.estimated ? "~" : "";
        rows.push_back({tap.tap, fmt::format("{}", gram.tokens), fmt::format("{}", gram.channels),
                        fmt::format("{}{}", atLeast, gram.numericalRank),
                        fmt::format("{}{:.1f}", atLeast, gram.effectiveRank),
                        fmt::format("{:.2f}", gram.log10Condition), fmt::format("{}", gram.deadChannels),
                        percent(gram.channelCoverage)});
    }
    return table({"tap", "tokens", "channels", "rank", "effective", "log10 cond.", "dead", "covered %"}, rows);
}

std::string stepTable(const std::vector<ConvergenceStep>& steps) {
    std::vector<std::vector<std::string>> rows;
    for (const ConvergenceStep& step : steps)
        rows.push_back({fmt::format("{} to {}", step.from, step.to), percent(step.medianChange),
                        percent(step.worstChange), percent(step.medianGrowth), percent(step.worstGrowth),
                        step.worstTap});
    return table({"windows", "Gram moved %", "worst %", "range grew %", "worst %", "tap of the worst Gram"}, rows);
}

std::string matrixTable(const CrossMatrix& matrix) {
    std::vector<std::string> header = {"calibrated on \\ tested on"};
    header.insert(header.end(), matrix.groups.begin(), matrix.groups.end());
    std::vector<std::vector<std::string>> rows;
    for (std::size_t a = 0; a < matrix.groups.size(); ++a) {
        std::vector<std::string> row = {matrix.groups[a]};
        for (std::size_t b = 0; b < matrix.groups.size(); ++b)
            row.push_back(fmt::format("{:.2f}", matrix.relative[matrix.at(a, b)]));
        rows.push_back(std::move(row));
    }
    std::string text = table(header, rows);
    for (const CrossMatrix::LeftOut& group : matrix.leftOut)
        text += fmt::format("left out: {} ({} documents): {}\n", group.group, group.documents, group.reason);
    return text;
}

void printText(const ReportCard& card) {
    fmt::print("{}: {} windows of {} tokens, from {} of {} documents\n\n", card.setName, card.windows,
               card.sequenceLength, card.documents, card.documentsAll);
    fmt::print("{}\n{}\n{}\n", mixTable("domain", card.mix.domains), mixTable("language", card.mix.languages),
               mixTable("role", card.mix.roles));
    fmt::print("{}\n", gramTable(card.taps));
    if (!card.neverRouted.empty())
        fmt::print("{} taps of experts were never routed to; the first: {}\n\n", card.neverRouted.size(),
                   card.neverRouted.front());
    if (!card.convergence.steps.empty())
        fmt::print("{}", stepTable(card.convergence.steps));
    fmt::print("{}\n", card.verdict.text);
    if (card.matrix)
        fmt::print("\noutput error of block {} by {}, {} windows each; 1 is calibrated on the same\n{}",
                   card.matrix->block, name(card.matrix->by), card.matrix->windows, matrixTable(*card.matrix));
}

/// Numbers of the taps, a row for each, with the Gram change of the last step.
void printCsv(const ReportCard& card) {
    fmt::print("tap,block,tokens,channels,numerical_rank,effective_rank,log10_condition,dead_channels,channel_coverage,"
               "last_gram_change,last_range_growth\n");
    const auto last = [](const std::vector<double>& steps) {
        return steps.empty() || std::isnan(steps.back()) ? std::string() : fmt::format("{}", steps.back());
    };
    for (std::size_t i = 0; i < card.taps.size(); ++i) {
        const GramHealth& gram = card.taps[i].gram;
        const TapConvergence& moved = card.convergence.taps[i];
        fmt::print("{},{},{},{},{},{},{},{},{},{},{}\n", card.taps[i].tap, card.taps[i].block, gram.tokens,
                   gram.channels, gram.numericalRank, gram.effectiveRank, gram.log10Condition, gram.deadChannels,
                   gram.channelCoverage, last(moved.gramChange), last(moved.rangeGrowth));
    }
}

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    const Project project = requireProject(options.project);
    ReportCardRequest request = options.request;
    request.modelFolder = options.model.empty() ? project.modelFolder : options.model;
    if (request.modelFolder.empty())
        throw Error(ErrorKind::Input, "--model", "the project knows no model yet", "name a model folder");
    request.recipe.maxWindows = options.windows;
    request.enoughBelow = options.percent / 100;
    if (!options.matrix.empty())
        request.matrix = groupByFromName(options.matrix);
    const ReportCard card = reportCard(bench, project, request, job);
    if (options.json)
        print(toJson(card));
    else if (options.csv)
        printCsv(card);
    else
        printText(card);
}

} // namespace

void addReportCard(CLI::App& program) {
    auto options = std::make_shared<Options>();
    ReportCardRequest& request = options->request;
    CLI::App* verb = program.add_subcommand(
        "report-card", "Say what a calibration set is worth before anything is quantized, and whether it is enough");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--set", request.setName, "Calibration set (default: default, or else the project's first)");
    verb->add_option("--model", options->model, "Hugging Face model folder (default: the project's)");
    verb->add_option("--windows", options->windows, "Windows to use, the first ones; 0 uses all")
        ->check(CLI::Range(0, 1 << 20))
        ->capture_default_str();
    verb->add_option("--sequence-length", request.recipe.sequenceLength, "Tokens per window")
        ->check(CLI::Range(2, 1 << 20))
        ->capture_default_str();
    verb->add_option("--enough-below", options->percent, "Percent that a doubling may still move the worst Gram")
        ->check(CLI::Range(0.001, 99.0))
        ->capture_default_str();
    verb->add_option("--matrix", options->matrix, "Also calibrate on each group and test on every other")
        ->check(CLI::IsMember({"tag", "domain"}));
    verb->add_option("--bits", request.matrixSettings.scheme.bits, "Bits of the matrix's trial quantization")
        ->check(CLI::Range(2, 8))
        ->capture_default_str();
    verb->add_option("--group-size", request.matrixSettings.scheme.groupSize, "Its group size; -1 for one per row")
        ->check(CLI::Range(-1, 1 << 20))
        ->capture_default_str();
    auto* json = verb->add_flag("--json", options->json, "Print JSON");
    verb->add_flag("--csv", options->csv, "Print CSV, a row per tap")->excludes(json);
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
