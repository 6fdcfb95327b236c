#include "core/workbench/evaluate.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/dataset/import.h"
#include "core/store/recipe_json.h"
#include "core/store/settings_json.h"
#include "core/workbench/pack_set.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_model.h"

#include <algorithm>
#include <map>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr int kFormat = 2; // raised when the way an evaluation is computed changes

/// Text to score on as windows, with what it is called and what was inserted.
struct EvaluationWindows {
    TokenWindows windows;
    DocumentGroups domains;
    std::string name;
    std::string separation;
};

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

EvaluationWindows packData(const Project& project, const EvaluationData& data, const Workbench::OpenModel& model,
                           JobContext& job) {
    EvaluationWindows text = packText(project, data, model, job);
    if (data.protocol == Protocol::LlamaCpp)
        beginAsLlamaCpp(text.windows, model.tokenizer);
    return text;
}

/// Finds an evaluation in the cache or computes and keeps it.
template <class Compute>
EvaluateOutcome cached(Workbench& bench, const nlohmann::json& inputs, const EvaluationWindows& data, Compute compute) {
    EvaluateOutcome outcome;
    outcome.fromCache = bench.cache.load(ArtefactCache::key(inputs), [&](const H5File& file) {
        outcome.evaluation =
            evaluationFromJson(nlohmann::json::parse(file.readTexts("evaluation").at(0), nullptr, false));
    });
    if (!outcome.fromCache) {
        outcome.evaluation = compute();
        const std::vector<std::string> text = {toJson(outcome.evaluation).dump()};
        bench.cache.save(inputs, [&](H5File& file) { file.writeTexts("evaluation", text); });
    }
    outcome.evaluation.dataName = data.name;
    outcome.evaluation.protocol += "; " + data.separation;
    return outcome;
}

/// What tells groupings apart, in short.
std::string hashOf(const DocumentGroups& groups) {
    Sha256 hash;
    for (const std::string& name : groups.names)
        hash.update(name + '\n');
    hash.update(std::as_bytes(std::span(groups.groupOf)));
    return hash.finish();
}

nlohmann::json evaluationInputs(const Workbench::OpenModel& model, const EvaluationWindows& text, Protocol protocol,
                                Precision precision) {
    return {{"kind", "evaluation"},
            {"format", kFormat},
            {"model", model.fingerprint},
            {"windows", text.windows.hash()},
            {"domains", hashOf(text.domains)},
            {"protocol", name(protocol)},
            {"precision", name(precision)}};
}

} // namespace

EvaluateOutcome evaluateRun(Workbench& bench, const Project& project, const Run& run, const EvaluationData& data,
                            JobContext& job) {
    const auto model = openModelOf(bench, run, job);
    const EvaluationWindows text = packData(project, data, *model, job);
    const Precision precision = choosePrecision(data.precision, job);
    nlohmann::json inputs = evaluationInputs(*model, text, data.protocol, precision);
    inputs["run"] = run.blockKeys;
    EvaluateOutcome outcome = cached(bench, inputs, text, [&] {
        recoverCodes(bench, project, run, job);
        const auto reference = bench.referenceHidden(*model, text.windows, precision, job);
        const HiddenStates hidden =
            finalHidden(model->model, text.windows, runChanges(bench, model->model.spec, run),
                        bench.hiddenPlace(model->model.spec, PassDemand(text.windows, 0), {}), job, precision);
        return score(model->model, text.windows, hidden, reference.get(), job,
                     {precision, data.protocol, &text.domains, nullptr});
    });
    const Evaluation& evaluation = outcome.evaluation;
    job.log(outcome.fromCache ? fmt::format("{} on {}: evaluation found in the cache", run.name, text.name)
                              : fmt::format("{} on {}: perplexity {:.4f}, full precision {:.4f}", run.name, text.name,
                                            evaluation.perplexity, evaluation.referencePerplexity.value_or(0)));
    return outcome;
}

EvaluateOutcome evaluateModel(Workbench& bench, const Project& project, const fs::path& modelFolder,
                              const EvaluationData& data, JobContext& job) {
    const auto model = bench.open(modelFolder, job);
    const EvaluationWindows text = packData(project, data, *model, job);
    const Precision precision = choosePrecision(data.precision, job);
    return cached(bench, evaluationInputs(*model, text, data.protocol, precision), text, [&] {
        const auto hidden = bench.referenceHidden(*model, text.windows, precision, job);
        return score(model->model, text.windows, *hidden, nullptr, job,
                     {precision, data.protocol, &text.domains, nullptr});
    });
}

} // namespace vernier
