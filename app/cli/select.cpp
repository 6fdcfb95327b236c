#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/store/project_file.h"
#include "core/workbench/select_documents.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project, model, set, name, method = "facility-location";
    std::vector<std::string> weights;
    std::size_t documents = 512;
    std::uint64_t seed = 1;
    int tokens = 512;
    bool json = false;
};

/// "code=2" as a tag and its weight.
TagWeight tagWeight(const std::string& text) {
    const auto equals = text.rfind('=');
    std::size_t used = 0;
    try {
        if (equals != std::string::npos && equals > 0) {
            const TagWeight weight{text.substr(0, equals), std::stod(text.substr(equals + 1), &used)};
            if (used == text.size() - equals - 1)
                return weight;
        }
    } catch (const std::exception&) { // no number, or none that a double holds: said below
    }
    throw Error(ErrorKind::Input, "--weight", fmt::format("{} is not TAG=NUMBER", text), "write for example code=2");
}

nlohmann::json toJson(const SelectionQuality& quality) {
    nlohmann::json groups = nlohmann::json::array();
    for (const GroupShare& group : quality.groups)
        groups.push_back({{"group", group.group},
                          {"documents", group.documents},
                          {"share", group.share},
                          {"of_all", group.ofAll},
                          {"wanted", group.wanted}});
    return {{"documents", quality.documents},
            {"tokens", quality.tokens},
            {"vocabulary_coverage", quality.vocabularyCoverage},
            {"mean_distance", quality.meanDistance},
            {"max_distance", quality.maxDistance},
            {"group_entropy_bits", quality.groupEntropy},
            {"groups", groups}};
}

void printQuality(const SelectionQuality& before, const SelectionQuality& after) {
    const auto row = [](const char* what, const char* format, double was, double is) {
        return std::vector<std::string>{what, fmt::format(fmt::runtime(format), was),
                                        fmt::format(fmt::runtime(format), is)};
    };
    fmt::print(
        "{}",
        table({"", "first ones", "selected"},
              {row("documents", "{:.0f}", static_cast<double>(before.documents), static_cast<double>(after.documents)),
               row("tokens", "{:.0f}", static_cast<double>(before.tokens), static_cast<double>(after.tokens)),
               row("vocabulary covered, %", "{:.1f}", 100 * before.vocabularyCoverage, 100 * after.vocabularyCoverage),
               row("mean distance to the nearest", "{:.4f}", before.meanDistance, after.meanDistance),
               row("largest distance", "{:.4f}", before.maxDistance, after.maxDistance),
               row("entropy of groups, bits", "{:.2f}", before.groupEntropy, after.groupEntropy)}));
    std::vector<std::vector<std::string>> groups;
    for (std::size_t i = 0; i < after.groups.size(); ++i)
        groups.push_back({after.groups[i].group, fmt::format("{}", after.groups[i].documents),
                          fmt::format("{:.1f}", 100 * after.groups[i].share),
                          fmt::format("{:.1f}", 100 * after.groups[i].wanted),
                          fmt::format("{:.1f}", 100 * after.groups[i].ofAll)});
    fmt::print("\n{}", table({"group", "documents", "share %", "wanted %", "of all %"}, groups));
}

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    Project project = requireProject(options.project);
    SelectRequest request;
    request.setName = options.set;
    request.documents = options.documents;
    request.method = selectionMethodFromName(options.method);
    request.seed = options.seed;
    request.measure.modelFolder = options.model.empty() ? project.modelFolder : options.model;
    request.measure.scores.mostTokens = options.tokens;
    if (request.measure.modelFolder.empty())
        throw Error(ErrorKind::Input, "--model", "the project knows no model yet", "name a model folder");
    for (const std::string& weight : options.weights)
        request.weights.push_back(tagWeight(weight));
    if (project.findSet(options.name))
        throw Error(ErrorKind::Input, "--name", fmt::format("the project has a set {} already", options.name),
                    "choose another name");
    SelectOutcome outcome = selectDocuments(bench, project, request, job);
    outcome.set.name = options.name;
    project.sets.push_back(outcome.set);
    saveProject(project, options.project);
    if (options.json)
        return print({{"set", options.name},
                      {"method", options.method},
                      {"seed", options.seed},
                      {"documents", outcome.set.documents},
                      {"before", toJson(outcome.before)},
                      {"after", toJson(outcome.after)},
                      {"coverage",
                       {{"chosen", outcome.coverage.chosen},
                        {"first", outcome.coverage.first},
                        {"random", outcome.coverage.random}}}});
    printQuality(outcome.before, outcome.after);
}

} // namespace

void addSelect(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("select", "Choose diverse documents of a set as a new set");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--name", options->name, "Name of the new set")->required();
    verb->add_option("--set", options->set, "Set to choose from (default: default, or else the project's first)");
    verb->add_option("--model", options->model, "Hugging Face model folder (default: the project's)");
    verb->add_option("--documents", options->documents, "Documents to choose")
        ->check(CLI::Range(1, 1 << 24))
        ->capture_default_str();
    verb->add_option("--method", options->method, "How to choose")
        ->check(CLI::IsMember({"k-center", "facility-location", "coverage", "random", "first"}))
        ->capture_default_str();
    verb->add_option("--weight", options->weights, "TAG=NUMBER, once per tag or domain: divide by these");
    verb->add_option("--seed", options->seed, "Seed of what is drawn")->capture_default_str();
    verb->add_option("--tokens", options->tokens, "Tokens of each document that the embedding is of")
        ->check(CLI::Range(2, 1 << 20))
        ->capture_default_str();
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
