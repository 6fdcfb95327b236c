#include "app/cli/arguments.h"
#include "app/cli/verbs.h"
#include "core/workbench/continuations.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project;
    ContinuationRequest request;
    bool json = false;
};

/// The text with a mark in front of the first token that is another than full precision's.
std::string marked(const Continuation& continuation) {
    std::string text;
    for (std::size_t i = 0; i < continuation.pieces.size(); ++i) {
        if (continuation.divergesAt == i)
            text += "⟦≠⟧";
        text += continuation.pieces[i];
    }
    return text;
}

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    const Project project = requireProject(options.project);
    const auto continuations = continueWithRuns(bench, project, options.request, job);
    nlohmann::json list = nlohmann::json::array();
    for (const Continuation& continuation : continuations) {
        if (!options.json) {
            const std::string where = continuation.divergesAt
                                          ? fmt::format("differs from token {} on", *continuation.divergesAt + 1)
                                          : std::string("the same tokens");
            fmt::print("{} — {} tokens{}\n{}\n\n", continuation.name, continuation.ids.size(),
                       &continuation == &continuations.front() ? "" : ", " + where, marked(continuation));
            continue;
        }
        std::string text;
        for (const std::string& piece : continuation.pieces)
            text += piece;
        list.push_back(
            {{"name", continuation.name},
             {"ids", continuation.ids},
             {"text", text},
             {"diverges_at", continuation.divergesAt ? nlohmann::json(*continuation.divergesAt) : nlohmann::json()}});
    }
    if (options.json)
        print(list);
}

} // namespace

void addContinue(CLI::App& program) {
    auto options = std::make_shared<Options>();
    ContinuationRequest& request = options->request;
    CLI::App* verb =
        program.add_subcommand("continue", "Let full precision and runs write on from a prompt, side by side");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--run", request.runs, "Run of the project; may be repeated")->required();
    verb->add_option("--prompt", request.prompt, "Text to write on from (default: the beginning of a text)");
    verb->add_option("--tokens", request.tokens, "Tokens to write at most")
        ->check(CLI::Range(1, 1 << 20))
        ->capture_default_str();
    verb->add_option("--temperature", request.sampling.temperature, "0 takes the likeliest token (default: 0)");
    verb->add_option("--top-p", request.sampling.topP, "Draw only from the likeliest tokens of this probability");
    verb->add_option("--top-k", request.sampling.topK, "Draw only from so many likeliest tokens");
    verb->add_option("--seed", request.sampling.seed, "Of the draws, the same for all (default: 0)");
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
