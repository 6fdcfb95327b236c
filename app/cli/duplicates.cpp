#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/workbench/find_duplicates.h"
#include "core/workbench/pack_set.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

std::string placeOf(const Project& project, std::uint32_t document) {
    const DocumentView view = project.corpus[document];
    return view.line ? fmt::format("{}:{}", view.source, view.line) : std::string(view.source);
}

struct DuplicateArguments {
    std::string project, set;
    DuplicateOptions options;
    bool json = false;
};

void runDuplicates(const DuplicateArguments& arguments) {
    Console console;
    JobContext job = console.job();
    const Project project = requireProject(arguments.project);
    const CalibrationSet& set = chooseSet(project, arguments.set);
    const DuplicateClusters clusters = findDuplicates(project, set.documents, arguments.options, job);
    if (arguments.json) {
        nlohmann::json links = nlohmann::json::array();
        for (const DuplicateLink& link : clusters.links)
            links.push_back({{"first", set.documents[link.first]},
                             {"second", set.documents[link.second]},
                             {"similarity", link.similarity}});
        return print({{"set", set.name},
                      {"documents", set.documents.size()},
                      {"redundant", clusters.redundant()},
                      {"clusters", clusters.clusters()},
                      {"links", links}});
    }
    std::vector<std::vector<std::string>> rows;
    for (const DuplicateLink& link : clusters.links)
        rows.push_back({placeOf(project, set.documents[link.first]), placeOf(project, set.documents[link.second]),
                        fmt::format("{:.3f}", link.similarity)});
    fmt::print("{}{} of {} documents repeat another, in {} clusters\n",
               rows.empty() ? "" : table({"document", "repeated by", "similarity"}, rows), clusters.redundant(),
               set.documents.size(), clusters.clusters());
}

struct LeakArguments {
    std::string project, calibration = "calibration", evaluation = "evaluation";
    LeakOptions options;
    bool json = false;
};

void runLeaks(const LeakArguments& arguments) {
    Console console;
    JobContext job = console.job();
    const Project project = requireProject(arguments.project);
    const SetLeaks leaks = findSetLeaks(project, arguments.calibration, arguments.evaluation, arguments.options, job);
    if (arguments.json) {
        nlohmann::json shared = nlohmann::json::array();
        for (const SharedText& text : leaks.shared)
            shared.push_back({{"evaluation", text.evaluation},
                              {"calibration", text.calibration},
                              {"share", text.share},
                              {"words", text.words},
                              {"text", text.text}});
        return print({{"evaluation_documents", leaks.evaluationDocumentsAll},
                      {"leaking_documents", leaks.evaluationDocuments},
                      {"share", leaks.share},
                      {"leaks", shared}});
    }
    for (const SharedText& text : leaks.shared)
        fmt::print("{} <- {}: {:.1f} %: {}\n", placeOf(project, text.evaluation), placeOf(project, text.calibration),
                   100 * text.share, text.text);
    fmt::print("{}\n", leaks.summary(arguments.options));
}

} // namespace

void addDuplicates(CLI::App& program) {
    auto arguments = std::make_shared<DuplicateArguments>();
    CLI::App* verb =
        program.add_subcommand("duplicates", "Find documents of a set that repeat others, nearly or exactly");
    verb->add_option("project", arguments->project, "Project file (.vernier)")->required();
    verb->add_option("--set", arguments->set, "Set to look through (default: default, or else the project's first)");
    verb->add_option("--threshold", arguments->options.threshold, "Jaccard similarity of word runs, 0.1 to 1")
        ->check(CLI::Range(0.1, 1.0))
        ->capture_default_str();
    verb->add_option("--shingle", arguments->options.shingleTokens, "Words in a run")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    verb->add_flag("--json", arguments->json, "Print JSON");
    verb->callback([arguments] { runDuplicates(*arguments); });
}

void addLeaks(CLI::App& program) {
    auto arguments = std::make_shared<LeakArguments>();
    CLI::App* verb = program.add_subcommand("leaks", "Find text that a calibration and an evaluation set share");
    verb->add_option("project", arguments->project, "Project file (.vernier)")->required();
    verb->add_option("--set", arguments->calibration, "Calibration set")->capture_default_str();
    verb->add_option("--evaluation", arguments->evaluation, "Evaluation set")->capture_default_str();
    verb->add_option("--words", arguments->options.ngram, "Words in a row that must be equal")
        ->check(CLI::Range(2, 1000))
        ->capture_default_str();
    verb->add_flag("--json", arguments->json, "Print JSON");
    verb->callback([arguments] { runLeaks(*arguments); });
}

} // namespace vernier::cli
