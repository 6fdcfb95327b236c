#include "core/workbench/evaluation_windows.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/dataset/import.h"
#include "core/store/recipe_json.h"
#include "core/workbench/pack_set.h"

#include <algorithm>
#include <map>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

/// Groups the documents of a set by domain; those without one are "no domain".
DocumentGroups domainsOf(const Project& project, const CalibrationSet& set) {
    DocumentGroups groups;
    std::map<std::string, std::uint32_t> known;
    for (const DocumentView& document : documentsOf(project, set)) {
        const std::string domain = document.domain.empty() ? "no domain" : std::string(document.domain);
        const auto [place, isNew] = known.emplace(domain, static_cast<std::uint32_t>(groups.names.size()));
        if (isNew)
            groups.names.push_back(domain);
        groups.groupOf.push_back(place->second);
    }
    return groups;
}

/// llama.cpp begins every window of a model that has it with the begin-of-text token, in place of the window's own.
void beginAsLlamaCpp(TokenWindows& windows, const Tokenizer& tokenizer) {
    if (tokenizer.insertedBefore().empty())
        return;
    for (std::int64_t window = 0; window < windows.count(); ++window)
        windows.ids[static_cast<std::size_t>(window * windows.sequenceLength)] = tokenizer.insertedBefore().front();
}

/// The recipe of a text with what is asked for and what the model can do.
PackingRecipe recipeFor(const EvaluationData& data, PackingRecipe recipe, const Workbench::OpenModel& model) {
    recipe.separator = data.separator.value_or(recipe.separator);
    recipe.applyChatTemplate = recipe.applyChatTemplate && model.chatTemplate;
    recipe.sequenceLength = data.sequenceLength;
    if (data.maxWindows)
        recipe.maxWindows = *data.maxWindows;
    return recipe;
}

std::string describe(const PackingRecipe& recipe) {
    PackingRecipe plain;
    plain.separator = recipe.separator;
    plain.applyChatTemplate = recipe.applyChatTemplate;
    plain.sequenceLength = recipe.sequenceLength;
    if (recipe == plain && recipe.separator == Separator::None)
        return "no special tokens inserted";
    if (recipe == plain && recipe.separator == Separator::EndOfText)
        return "the end-of-text token follows every document, no other is inserted";
    return "packed by the recipe " + toJson(recipe).dump();
}

EvaluationWindows packFiles(const EvaluationData& data, const Workbench::OpenModel& model, JobContext& job) {
    Project files;
    CalibrationSet all{"files", {}};
    std::vector<std::string> names;
    bool records = false;
    for (const fs::path& path : data.files) {
        ImportResult result = importFile(path, {}, job);
        for (const SkippedRecord& skipped : result.skipped)
            job.log(fmt::format("{}, line {}: skipped, {}", skipped.source, skipped.line, skipped.reason));
        if (result.skippedCount > result.skipped.size())
            job.log(fmt::format("{}: {} more skipped", path.string(), result.skippedCount - result.skipped.size()));
        for (const DocumentView document : result.documents)
            records = records || document.line > 0;
        files.corpus.append(result.documents);
        names.push_back(path.filename().string());
    }
    all.documents.appendRun(0, files.corpus.size());
    // A text file is one running text, as in the perplexities people quote; records are documents of their own.
    all.recipe.separator = records ? Separator::EndOfText : Separator::None;
    const PackingRecipe recipe = recipeFor(data, all.recipe, model);
    return {packSet(files, all, model, recipe, job), domainsOf(files, all), fmt::format("{}", fmt::join(names, ", ")),
            describe(recipe)};
}

EvaluationWindows packText(const Project& project, const EvaluationData& data, const Workbench::OpenModel& model,
                           JobContext& job) {
    if (!data.files.empty())
        return packFiles(data, model, job);
    const std::string name = data.setName.empty() ? "evaluation" : data.setName;
    if (!project.findSet(name))
        throw Error(ErrorKind::Input, "evaluation text", fmt::format("the project has no set {}", name),
                    "name files with --data, or import text with --tag evaluation");
    const CalibrationSet& set = chooseSet(project, name);
    const PackingRecipe recipe = recipeFor(data, set.recipe, model);
    return {packSet(project, set, model, recipe, job), domainsOf(project, set), name, describe(recipe)};
}

/// What tells groupings apart, in short.
std::string hashOf(const DocumentGroups& groups) {
    Sha256 hash;
    for (const std::string& name : groups.names)
        hash.update(name + '\n');
    hash.update(std::as_bytes(std::span(groups.groupOf)));
    return hash.finish();
}

} // namespace

EvaluationWindows packEvaluation(const Project& project, const EvaluationData& data, const Workbench::OpenModel& model,
                                 JobContext& job) {
    EvaluationWindows text = packText(project, data, model, job);
    if (data.protocol == Protocol::LlamaCpp)
        beginAsLlamaCpp(text.windows, model.tokenizer);
    return text;
}

nlohmann::json evaluationInputs(const std::string& kind, int format, const Workbench::OpenModel& model,
                                const EvaluationWindows& text, Protocol protocol, Precision precision) {
    return {{"kind", kind},
            {"format", format},
            {"model", model.fingerprint},
            {"windows", text.windows.hash()},
            {"domains", hashOf(text.domains)},
            {"protocol", name(protocol)},
            {"precision", name(precision)}};
}

} // namespace vernier
