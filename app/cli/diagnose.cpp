#include "core/workbench/diagnose.h"
#include "app/cli/arguments.h"
#include "app/cli/evaluation_options.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/utf8.h"
#include "core/store/project_file.h"
#include "core/store/settings_json.h"
#include "core/workbench/remedies.h"
#include "core/workbench/run_model.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

constexpr std::size_t kTokensBefore = 12;

struct Options {
    std::string project, run;
    EvaluationOptions text;
    bool sensitivity = false, json = false;
    int worst = 0, remedies = 0;
};

std::string percent(double part, double whole) {
    return whole > 0 ? fmt::format("{:.4f}", 100 * part / whole) : std::string("-");
}

void print(const std::vector<BlockErrors>& growth) {
    std::vector<std::vector<std::string>> rows;
    for (std::size_t i = 0; i < growth.size(); ++i) {
        const BlockErrors& block = growth[i];
        rows.push_back({fmt::format("{}", i), percent(block.own, block.signal), percent(block.inherited, block.signal),
                        percent(block.compensated(), block.signal), percent(block.total, block.signal),
                        fmt::format("{:.1f}", -10 * std::log10(block.relative()))});
    }
    fmt::print("Errors behind each block, in percent of the energy of full precision's residual stream\n{}",
               table({"block", "own rounding", "inherited", "compensated", "total", "SQNR dB"}, rows));
}

void print(std::vector<LinearSensitivity> linears) {
    std::ranges::stable_sort(linears, std::ranges::greater{}, &LinearSensitivity::kl);
    std::vector<std::vector<std::string>> rows;
    for (const LinearSensitivity& linear : linears)
        rows.push_back({linear.name, fmt::format("{:.3e}", linear.kl), fmt::format("{:.3e}", linear.relativeError)});
    fmt::print("\nWith one linear quantized and all else exact, the most sensitive first\n{}",
               table({"linear", "KL nats (measured)", "relative error (from the Gram)"}, rows));
}

void print(const std::vector<Remedy>& remedies) {
    std::vector<std::vector<std::string>> rows;
    for (const Remedy& remedy : remedies)
        rows.push_back({remedy.linear, remedy.text, remedy.everywhere ? "whole run" : "this linear",
                        fmt::format("{:.3e}", remedy.kl), fmt::format("{:.3e}", remedy.expectedKl()),
                        fmt::format("{:.3e}", remedy.before), fmt::format("{:.3e}", remedy.after),
                        fmt::format("{:+}", remedy.bytes)});
    fmt::print("\nWhat would help, each solved again from the Grams\n{}",
               table({"linear", "change", "for", "KL alone", "expected", "error", "then", "bytes"}, rows));
}

/// A text on one line.
std::string oneLine(const std::string& bytes) {
    std::string line;
    for (const char c : repairUtf8(bytes).text)
        line += c == '\n' ? std::string("\\n") : c == '\t' ? std::string("\\t") : std::string(1, c);
    return line;
}

nlohmann::json worstToJson(const TokenComparison& comparison, const Tokenizer& tokenizer,
                           const std::vector<std::size_t>& tokens) {
    nlohmann::json list = nlohmann::json::array();
    const auto length = static_cast<std::size_t>(comparison.windows.sequenceLength);
    for (const std::size_t token : tokens) {
        const auto& ids = comparison.windows.ids;
        const std::size_t first = std::max(token / length * length, token >= kTokensBefore ? token - kTokensBefore : 0);
        const std::vector<std::int32_t> before(ids.begin() + static_cast<std::ptrdiff_t>(first),
                                               ids.begin() + static_cast<std::ptrdiff_t>(token + 1));
        list.push_back({{"window", token / length},
                        {"position", token % length + 1},
                        {"before", oneLine(tokenizer.decode(before))},
                        {"token", oneLine(tokenizer.tokenBytes(ids[token + 1]))},
                        {"full_precision_nll", comparison.losses.referenceNll[token]},
                        {"nll", comparison.losses.nll[token]},
                        {"difference", comparison.difference(token)}});
    }
    return list;
}

void printWorst(const nlohmann::json& worst) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& token : worst)
        rows.push_back({fmt::format("{}[{}]", token["before"].get<std::string>(), token["token"].get<std::string>()),
                        fmt::format("{}:{}", token["window"].get<int>(), token["position"].get<int>()),
                        fmt::format("{:.3f}", token["full_precision_nll"].get<double>()),
                        fmt::format("{:.3f}", token["nll"].get<double>()),
                        fmt::format("{:+.3f}", token["difference"].get<double>())});
    fmt::print("\nTokens that lost most, in nats\n{}",
               table({"text [token]", "window:position", "full precision", "run", "difference"}, rows));
}

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    const Project project = requireProject(options.project);
    const Run& chosen = requireRun(project, options.run);
    const EvaluationData data = options.text.data();
    const auto growth = runErrorGrowth(bench, project, chosen, data, job);
    const auto linears = options.sensitivity || options.remedies > 0
                             ? runSensitivities(bench, project, chosen, data, job)
                             : std::vector<LinearSensitivity>();
    std::vector<Remedy> remedies;
    if (options.remedies > 0)
        remedies = findRemedies(bench, project, chosen, linears, static_cast<std::size_t>(options.remedies), job);
    nlohmann::json worst = nlohmann::json::array();
    if (options.worst > 0) {
        const TokenComparison comparison = compareTokens(bench, project, chosen, data, job);
        worst = worstToJson(comparison, openModelOf(bench, chosen, job)->tokenizer,
                            worstTokens(comparison, static_cast<std::size_t>(options.worst)));
    }
    if (!options.json) {
        print(growth);
        if (options.sensitivity)
            print(linears);
        if (options.remedies > 0)
            print(remedies);
        if (options.worst > 0)
            printWorst(worst);
        return;
    }
    nlohmann::json result = {{"run", chosen.name}, {"blocks", nlohmann::json::array()}};
    for (const BlockErrors& block : growth)
        result["blocks"].push_back({{"signal", block.signal},
                                    {"own", block.own},
                                    {"inherited", block.inherited},
                                    {"compensated", block.compensated()},
                                    {"total", block.total},
                                    {"relative", block.relative()}});
    for (const LinearSensitivity& linear : linears)
        result["sensitivities"].push_back(
            {{"name", linear.name}, {"kl", linear.kl}, {"relative_error", linear.relativeError}});
    for (const Remedy& remedy : remedies)
        result["remedies"].push_back({{"linear", remedy.linear},
                                      {"change", remedy.text},
                                      {"whole_run", remedy.everywhere},
                                      {"kl", remedy.kl},
                                      {"expected_kl", remedy.expectedKl()},
                                      {"relative_error", remedy.before},
                                      {"relative_error_then", remedy.after},
                                      {"bytes", remedy.bytes},
                                      {"settings", toJson(remedy.settings)}});
    if (options.worst > 0)
        result["worst_tokens"] = worst;
    cli::print(result);
}

} // namespace

void addDiagnose(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand(
        "diagnose", "See where a run loses: errors along the blocks, sensitive linears, tokens that suffer");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--run", options->run, "Run of the project")->required();
    options->text.addTo(*verb);
    verb->add_flag("--sensitivity", options->sensitivity,
                   "Measure every linear alone (about half a forward pass each)");
    verb->add_option("--remedies", options->remedies, "Try what would help on so many of the most sensitive linears")
        ->check(CLI::Range(0, 100000));
    verb->add_option("--worst", options->worst, "List so many tokens whose loss grew most")
        ->check(CLI::Range(0, 100000));
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { cli::run(*options); });
}

} // namespace vernier::cli
