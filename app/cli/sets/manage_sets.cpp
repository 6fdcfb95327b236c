#include "app/cli/sets/sets.h"
#include "core/dataset/packing_names.h"
#include "core/store/json_fields.h"
#include "core/store/recipe_json.h"
#include "core/workbench/hold_out.h"

#include <functional>
#include <utility>

#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

void run(const SetsArguments& arguments, const std::function<SetsEdit(const Project&)>& makeEdit) {
    Project project = requireProject(arguments.project);
    const SetsEdit edit = makeEdit(project);
    saveEdit(std::move(project), edit, arguments);
}

/// Adds a verb with one more argument, from which it makes an edit.
void addVerb(CLI::App& sets, const SharedSetsArguments& arguments, const char* name, const char* help,
             const char* argument, const char* argumentHelp,
             const std::function<SetsEdit(const Project&, const std::string& set, const std::string& value)>& edit) {
    auto value = std::make_shared<std::string>();
    CLI::App* verb = addSetVerb(sets, arguments, name, help);
    verb->add_option(argument, *value, argumentHelp)->required();
    verb->callback([arguments, value, edit] {
        run(*arguments, [&](const Project& project) { return edit(project, arguments->name, *value); });
    });
}

void addSplit(CLI::App& sets, const SharedSetsArguments& arguments) {
    auto options = std::make_shared<SplitOptions>();
    CLI::App* verb = addSetVerb(sets, arguments, "split", "Split an evaluation set off, with the same mix of domains");
    verb->add_option("--name", options->name, "Name of the evaluation set")->capture_default_str();
    verb->add_option("--share", options->share, "Share of the documents, above 0 and below 1")->capture_default_str();
    verb->add_option("--seed", options->seed, "Seed of the draw")->capture_default_str();
    verb->callback([arguments, options] {
        run(*arguments, [&](const Project& project) { return holdOut(project, arguments->name, *options); });
    });
}

} // namespace

void addManagingSets(CLI::App& sets, const SharedSetsArguments& arguments) {
    addSplit(sets, arguments);
    addVerb(sets, arguments, "rename", "Give a set another name", "new-name", "The new name",
            [](const Project& project, const std::string& set, const std::string& name) {
                return renameSet(project.sets, set, name);
            });
    addVerb(sets, arguments, "duplicate", "Copy a set", "copy-name", "Name of the copy",
            [](const Project& project, const std::string& set, const std::string& name) {
                return duplicateSet(project.sets, set, name);
            });
    addVerb(sets, arguments, "purpose", "Say what a set is for", "purpose", "calibration or evaluation",
            [](const Project& project, const std::string& set, const std::string& purpose) {
                return replaceSet(project.sets, changePurpose(requireSet(project.sets, set),
                                                              choiceFromName<SetPurpose>("purpose", purpose)));
            });
    addVerb(sets, arguments, "recipe", "Change how a set is packed", "fields",
            R"(JSON object of the fields to change, such as '{"sequence_length": 512}'; show tells them)",
            [](const Project& project, const std::string& set, const std::string& fields) {
                const CalibrationSet& old = requireSet(project.sets, set);
                return replaceSet(project.sets,
                                  changeRecipe(old, changedRecipe(old.recipe, parseJson(fields, "packing recipe"))));
            });
    CLI::App* remove = addSetVerb(sets, arguments, "delete", "Delete a set; its documents stay in the project");
    remove->callback([arguments] {
        run(*arguments, [&](const Project& project) { return deleteSet(project.sets, arguments->name); });
    });
}

} // namespace vernier::cli
