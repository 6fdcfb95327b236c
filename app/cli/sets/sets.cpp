#include "app/cli/sets/sets.h"

#include "app/cli/verbs.h"
#include "core/store/project_file.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

CLI::App* addSetVerb(CLI::App& sets, const SharedSetsArguments& arguments, const char* name, const char* help) {
    CLI::App* verb = sets.add_subcommand(name, help);
    verb->add_option("set", arguments->name, "Name of the set")->required();
    verb->fallthrough();
    return verb;
}

void saveEdit(Project project, const SetsEdit& edit, const SetsArguments& arguments) {
    project.sets = edit.sets;
    saveProject(project, arguments.project);
    if (!arguments.json) {
        fmt::print("{}\n", edit.description);
        return;
    }
    nlohmann::json sets = nlohmann::json::array();
    for (const CalibrationSet& set : project.sets)
        sets.push_back(summaryOf(set, project.corpus));
    print({{"done", edit.description}, {"sets", sets}});
}

void addSets(CLI::App& program) {
    auto arguments = std::make_shared<SetsArguments>();
    CLI::App* verb = program.add_subcommand("sets", "Make, change, export and import sets of documents");
    verb->add_option("project", arguments->project, "Project file (.vernier)")->required();
    verb->add_option("--model", arguments->model, "Model folder, for tokens and ppl in filters and for export");
    verb->add_flag("--json", arguments->json, "Print JSON");
    verb->require_subcommand(1);
    addShowingSets(*verb, arguments);
    addChoosingDocuments(*verb, arguments);
    addManagingSets(*verb, arguments);
    addExchangingSets(*verb, arguments);
}

} // namespace vernier::cli
