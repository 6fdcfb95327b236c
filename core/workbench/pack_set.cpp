#include "core/workbench/pack_set.h"

#include "core/base/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

constexpr int kUsualWindows = 32;

} // namespace

const CalibrationSet& chooseSet(const Project& project, const std::string& name) {
    if (project.sets.empty())
        throw Error(ErrorKind::Input, "calibration set", "the project holds no documents", "import text first");
    const CalibrationSet* set = project.findSet(name.empty() ? "default" : name);
    if (set)
        return *set;
    if (name.empty())
        return project.sets.front();
    std::vector<std::string> names;
    for (const CalibrationSet& known : project.sets)
        names.push_back(known.name);
    throw Error(ErrorKind::Input, "calibration set", fmt::format("{} does not exist", name),
                fmt::format("the project has {}", fmt::join(names, ", ")));
}

PackingRecipe recipeOf(const CalibrationSet& set) {
    PackingRecipe recipe = set.recipe;
    if (recipe.maxWindows == 0)
        recipe.maxWindows = kUsualWindows;
    return recipe;
}

std::vector<DocumentView> documentsOf(const Project& project, const CalibrationSet& set) {
    std::vector<DocumentView> documents;
    documents.reserve(set.documents.size());
    for (const std::uint32_t index : set.documents)
        documents.push_back(project.corpus[index]);
    return documents;
}

const ChatTemplate* templateOf(const Workbench::OpenModel& model) {
    return model.chatTemplate ? &*model.chatTemplate : nullptr;
}

TokenWindows packSet(const Project& project, const CalibrationSet& set, const Workbench::OpenModel& model,
                     const PackingRecipe& recipe, JobContext& job) {
    return packDocuments(documentsOf(project, set), model.tokenizer, templateOf(model), recipe, job);
}

DocumentName documentNames(const Project& project, const std::string& setName) {
    return [&project, setName](std::uint32_t place) {
        const CalibrationSet* set = project.findSet(setName);
        if (!set || place >= set->documents.size())
            return fmt::format("document {}", place);
        return placeOf(project.corpus[set->documents[place]]);
    };
}

} // namespace vernier
