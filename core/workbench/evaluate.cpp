#include "core/workbench/evaluate.h"

#include "core/store/settings_json.h"
#include "core/workbench/evaluation_windows.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_model.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr int kFormat = 3; // raised when the way an evaluation is computed changes

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

} // namespace

EvaluateOutcome evaluateRun(Workbench& bench, const Project& project, const Run& run, const EvaluationData& data,
                            JobContext& job) {
    const auto model = openModelOf(bench, run, job);
    const EvaluationWindows text = packEvaluation(project, data, *model, job);
    const Precision precision = choosePrecision(data.precision, job);
    nlohmann::json inputs = evaluationInputs("evaluation", kFormat, *model, text, data.protocol, precision);
    inputs["run"] = run.blockKeys;
    EvaluateOutcome outcome = cached(bench, inputs, text, [&] {
        recoverCodes(bench, project, run, job);
        const auto reference = bench.referenceHidden(*model, text.windows, precision, job);
        const HiddenStates hidden =
            finalHidden(model->model, text.windows, runChanges(bench, model->model, run),
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
    const EvaluationWindows text = packEvaluation(project, data, *model, job);
    const Precision precision = choosePrecision(data.precision, job);
    return cached(bench, evaluationInputs("evaluation", kFormat, *model, text, data.protocol, precision), text, [&] {
        const auto hidden = bench.referenceHidden(*model, text.windows, precision, job);
        return score(model->model, text.windows, *hidden, nullptr, job,
                     {precision, data.protocol, &text.domains, nullptr});
    });
}

} // namespace vernier
