#include "app/cli/arguments.h"
#include "app/cli/verbs.h"
#include "core/base/file.h"
#include "core/store/project_file.h"
#include "core/workbench/generate_documents.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

constexpr std::uint64_t kMostPromptBytes = 16u << 20;

struct Options {
    std::string project, promptFile;
    GenerateRequest request;
    bool json = false;
};

/// Every line that is not blank is a prompt.
std::vector<std::string> readPrompts(const std::string& path) {
    std::vector<std::string> prompts;
    const std::string text = readFile(path, kMostPromptBytes);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string line = text.substr(at, end - at);
        if (line.ends_with('\r'))
            line.pop_back();
        if (line.find_first_not_of(" \t") != std::string::npos)
            prompts.push_back(std::move(line));
        at = end + 1;
    }
    return prompts;
}

void run(Options options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    if (!options.promptFile.empty())
        for (std::string& prompt : readPrompts(options.promptFile))
            options.request.prompts.push_back(std::move(prompt));
    Project project = std::filesystem::exists(options.project) ? loadProject(options.project) : Project();
    const ImportReport report = generateDocuments(bench, project, options.request, job);
    saveProject(project, options.project);
    if (options.json)
        return print({{"set", report.setName}, {"added", report.added}, {"already_present", report.alreadyPresent}});
    fmt::print("{} documents written by the model added to the set {}", report.added, report.setName);
    if (report.alreadyPresent > 0)
        fmt::print(", {} were there already", report.alreadyPresent);
    fmt::print("\n");
}

} // namespace

void addGenerate(CLI::App& program) {
    auto options = std::make_shared<Options>();
    GenerateRequest& request = options->request;
    CLI::App* verb = program.add_subcommand("generate", "Let the model itself write documents to calibrate on");
    verb->add_option("project", options->project, "Project file (.vernier), made when there is none")->required();
    verb->add_option("--model", request.modelFolder, "Model folder")->required();
    verb->add_option("--documents", request.documents, "Documents to write")->capture_default_str();
    verb->add_option("--tokens", request.tokens, "Tokens per document at most")->capture_default_str();
    verb->add_option("--prompt", request.prompts, "What a document begins with; several take turns");
    verb->add_option("--prompts", options->promptFile, "File of prompts, one per line");
    verb->add_option("--temperature", request.sampling.temperature, "0 takes the likeliest token always")
        ->capture_default_str();
    verb->add_option("--top-p", request.sampling.topP, "Probability that the tokens drawn from reach together")
        ->capture_default_str();
    verb->add_option("--top-k", request.sampling.topK, "Tokens drawn from; 0: all")->capture_default_str();
    verb->add_option("--seed", request.sampling.seed, "The same seed writes the same texts")->capture_default_str();
    verb->add_option("--tag", request.tag, "Tag of the documents, and the set they join (default: generated)");
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
