#include "app/cli/sets/sets.h"
#include "core/workbench/filter_documents.h"

#include <functional>
#include <utility>

namespace vernier::cli {

namespace {

constexpr const char* kFilterHelp = "Filter expression, such as 'domain:code tokens>200 -dup'; words, domain: tag: "
                                    "source: lang: script: in: tokens bytes "
                                    "ppl dup is:conversation";

struct Choice {
    SharedSetsArguments sets;
    std::string where;
    int times = 2;
};
using SharedChoice = std::shared_ptr<Choice>;

/// Makes an edit of the sets from the documents for which the filter holds.
using MakeEdit = std::function<SetsEdit(const Project&, const std::vector<std::uint32_t>& documents)>;

void run(const Choice& choice, const MakeEdit& makeEdit) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    Project project = requireProject(choice.sets->project);
    const std::vector<std::uint32_t> documents =
        filterDocuments(bench, project, choice.where, choice.sets->name, choice.sets->model, job);
    const SetsEdit edit = makeEdit(project, documents);
    saveEdit(std::move(project), edit, *choice.sets);
}

void addVerb(CLI::App& sets, const SharedSetsArguments& arguments, const char* name, const char* help,
             const std::function<SetEdit(const CalibrationSet&, std::span<const std::uint32_t>, const Choice&)>& edit) {
    auto choice = std::make_shared<Choice>(Choice{arguments, {}});
    CLI::App* verb = addSetVerb(sets, arguments, name, help);
    verb->add_option("--where", choice->where, kFilterHelp)->required();
    if (name == std::string_view("multiply"))
        verb->add_option("--times", choice->times, "Places that each of them has afterwards")->required();
    verb->callback([choice, edit] {
        run(*choice, [&](const Project& project, const std::vector<std::uint32_t>& documents) {
            return replaceSet(project.sets, edit(requireSet(project.sets, choice->sets->name), documents, *choice));
        });
    });
}

} // namespace

void addChoosingDocuments(CLI::App& sets, const SharedSetsArguments& arguments) {
    auto choice = std::make_shared<Choice>(Choice{arguments, {}});
    CLI::App* create = addSetVerb(sets, arguments, "create", "Make a set of the documents that a filter lets through");
    create->add_option("--where", choice->where, std::string(kFilterHelp) + " (default: all documents)");
    create->callback([choice] {
        run(*choice, [&](const Project& project, const std::vector<std::uint32_t>& documents) {
            return createSet(project.sets, {choice->sets->name, documents});
        });
    });
    addVerb(sets, arguments, "add", "Add documents of the project to a set",
            [](const CalibrationSet& set, auto documents, const Choice&) { return addDocuments(set, documents); });
    addVerb(sets, arguments, "exclude", "Leave documents out of a set",
            [](const CalibrationSet& set, auto documents, const Choice&) { return excludeDocuments(set, documents); });
    addVerb(sets, arguments, "keep", "Leave all other documents out of a set",
            [](const CalibrationSet& set, auto documents, const Choice&) { return keepOnlyDocuments(set, documents); });
    addVerb(sets, arguments, "multiply", "Give documents of a set several places in it",
            [](const CalibrationSet& set, auto documents, const Choice& wanted) {
                return multiplyDocuments(set, documents, wanted.times);
            });
}

} // namespace vernier::cli
