#include "core/workbench/evaluate.h"
#include "app/cli/arguments.h"
#include "app/cli/evaluation_options.h"
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
    std::string project, run, model;
    EvaluationOptions text;
    bool json = false;
};

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
    const EvaluationData data = options.text.data();
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
    options->text.addTo(*verb);
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { cli::run(*options); });
}

} // namespace vernier::cli
