#include "core/workbench/evaluate.h"
#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/store/project_file.h"
#include "core/store/settings_json.h"
#include "core/workbench/quantize.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project, run, model, set, separator, protocol = "gptq-paper";
    std::optional<int> windows;
    std::vector<std::string> files;
    int sequenceLength = 256;
    Precision precision = Precision::F32;
    bool json = false;
};

EvaluationData dataOf(const Options& options) {
    EvaluationData data;
    data.setName = options.set;
    data.files = {options.files.begin(), options.files.end()};
    data.sequenceLength = options.sequenceLength;
    data.precision = options.precision;
    data.protocol = protocolFromName(options.protocol);
    data.maxWindows = options.windows;
    if (!options.separator.empty())
        data.separator = options.separator == "none" ? Separator::None : Separator::EndOfText;
    return data;
}

void print(const Evaluation& evaluation, const std::string& subject, bool fromCache, bool json) {
    if (json) {
        nlohmann::json result = toJson(evaluation);
        result["subject"] = subject;
        result["tokens"] = evaluation.scoredTokens;
        result["from_cache"] = fromCache;
        return cli::print(result);
    }
    fmt::print("{} on {}\n", subject, evaluation.dataName);
    fmt::print("  perplexity    {:.6f}\n", evaluation.perplexity);
    if (evaluation.referencePerplexity)
        fmt::print("  full precision {:.6f}\n", *evaluation.referencePerplexity);
    if (evaluation.kl)
        fmt::print("  KL            {:.6f} nats\n", *evaluation.kl);
    if (evaluation.top1)
        fmt::print("  top-1 agrees  {:.2f} %\n", 100 * *evaluation.top1);
    fmt::print("  windows       {} of {} tokens, {} predictions\n", evaluation.windows, evaluation.sequenceLength,
               evaluation.scoredTokens);
    fmt::print("  protocol      {}\n", evaluation.protocol);
    if (evaluation.groups.size() < 2)
        return;
    std::vector<std::vector<std::string>> rows;
    const auto number = [](const std::optional<double>& value, const char* format) {
        return value ? fmt::format(fmt::runtime(format), *value) : std::string("-");
    };
    for (const GroupScore& group : evaluation.groups)
        rows.push_back({group.name, fmt::format("{}", group.scoredTokens), fmt::format("{:.4f}", group.perplexity),
                        number(group.referencePerplexity, "{:.4f}"), number(group.kl, "{:.5f}"),
                        number(group.top1 ? std::optional(100 * *group.top1) : std::nullopt, "{:.2f}")});
    fmt::print("{}", table({"domain", "tokens", "perplexity", "full precision", "KL nats", "top-1 %"}, rows));
}

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    const EvaluationData data = dataOf(options);
    if (options.run.empty()) {
        if (options.model.empty())
            throw CLI::ValidationError("evaluate", "name a run of a project with --run, or a model with --model");
        const Project project = options.project.empty() ? Project() : requireProject(options.project);
        const auto outcome = evaluateModel(bench, project, options.model, data, job);
        return print(outcome.evaluation, options.model, outcome.fromCache, options.json);
    }
    if (options.project.empty())
        throw CLI::ValidationError("--run", "names a run of a project: give the project file as well");
    Project project = requireProject(options.project);
    const auto outcome = evaluateRun(bench, project, requireRun(project, options.run), data, job);
    project.findRun(options.run)->evaluation = outcome.evaluation;
    saveProject(project, options.project);
    print(outcome.evaluation, options.run, outcome.fromCache, options.json);
}

} // namespace

void addEvaluate(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand(
        "evaluate", "Score a run against full precision (perplexity, KL, top-1), or a model as it is (perplexity)");
    verb->add_option("project", options->project, "Project file (.vernier)");
    CLI::Option* run = verb->add_option("--run", options->run, "Run of the project");
    verb->add_option("--model", options->model, "Hugging Face model folder")->excludes(run);
    verb->add_option("--data", options->files,
                     "Text to score on: a .txt is one document with nothing inserted; the records of a .jsonl are each "
                     "followed by the end-of-text token (default: the project's set evaluation)");
    verb->add_option("--set", options->set, "Set of the project to score on (default: evaluation)");
    verb->add_option("--separator", options->separator, "What follows each document: none or end-of-text")
        ->check(CLI::IsMember({"none", "end-of-text"}));
    verb->add_option("--sequence-length", options->sequenceLength, "Tokens per window")
        ->check(CLI::Range(2, 1 << 20))
        ->capture_default_str();
    verb->add_option("--windows", options->windows, "Score only the first windows");
    verb->add_option("--protocol", options->protocol,
                     "gptq-paper: every position; llama.cpp: the second half of every window")
        ->check(CLI::IsMember({"gptq-paper", "llama.cpp"}))
        ->capture_default_str();
    addPrecision(*verb, options->precision);
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { cli::run(*options); });
}

} // namespace vernier::cli
