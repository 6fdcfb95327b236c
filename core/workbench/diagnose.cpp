#include "core/workbench/diagnose.h"

#include "core/base/error.h"
#include "core/evaluate/sensitivity.h"
#include "core/model/head.h"
#include "core/tensor/vector_math.h"
#include "core/workbench/evaluation_windows.h"
#include "core/workbench/prompt.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

namespace vernier {

namespace {

constexpr int kFormat = 2; // raised when the content of an artefact or the way it is computed changes

constexpr const char *kGrowth = "error growth", *kSensitivities = "sensitivities", *kLosses = "token losses";

nlohmann::json inputsOf(const std::string& kind, const Run& run, const Workbench::OpenModel& model,
                        const EvaluationWindows& text, Protocol protocol, Precision precision) {
    nlohmann::json all = evaluationInputs(kind, kFormat, model, text, protocol, precision);
    all["run"] = run.blockKeys;
    return all;
}

/// A run, its model and the text it is looked at with.
struct Subject {
    std::shared_ptr<const Workbench::OpenModel> model;
    EvaluationWindows text;
    Precision precision;

    Subject(Workbench& bench, const Project& project, const Run& run, const EvaluationData& data, JobContext& job)
        : model(openModelOf(bench, run, job)), text(packEvaluation(project, data, *model, job)),
          precision(choosePrecision(data.precision, job)) {}

    nlohmann::json inputs(const std::string& kind, const Run& run, Protocol protocol) const {
        return inputsOf(kind, run, *model, text, protocol, precision);
    }

    HiddenPlace place(const Workbench& bench) const {
        return bench.hiddenPlace(model->model.spec, PassDemand(text.windows, 0), {});
    }
};

void requireCount(std::size_t found, std::size_t wanted, const char* what) {
    if (found != wanted)
        throw Error(ErrorKind::Input, what, "is of another size than its inputs");
}

/// Calls column(name, field) for every field of BlockErrors that is kept.
template <class Column>
void eachColumn(Column&& column) {
    column("signal", &BlockErrors::signal);
    column("own", &BlockErrors::own);
    column("inherited", &BlockErrors::inherited);
    column("total", &BlockErrors::total);
}

// Each fills its last argument from the cache; false when the artefact is not there.

bool loadGrowth(const Workbench& bench, const nlohmann::json& inputs, std::vector<BlockErrors>& growth) {
    return bench.cache.load(ArtefactCache::key(inputs), [&](const H5File& file) {
        eachColumn([&](const char* name, double BlockErrors::*field) {
            const auto values = file.readDoubles(name);
            requireCount(values.size(), growth.size(), name);
            for (std::size_t i = 0; i < values.size(); ++i)
                growth[i].*field = values[i];
        });
    });
}

bool loadSensitivities(const Workbench& bench, const nlohmann::json& inputs,
                       std::vector<LinearSensitivity>& sensitivities) {
    return bench.cache.load(ArtefactCache::key(inputs), [&](const H5File& file) {
        const auto names = file.readTexts("linears");
        const auto divergences = file.readDoubles("kl"), errors = file.readDoubles("relative_error");
        requireCount(divergences.size(), names.size(), "kl");
        requireCount(errors.size(), names.size(), "relative_error");
        for (std::size_t i = 0; i < names.size(); ++i)
            sensitivities.push_back({names[i], divergences[i], errors[i]});
    });
}

bool loadLosses(const Workbench& bench, const nlohmann::json& inputs, const TokenWindows& windows,
                TokenLosses& losses) {
    return bench.cache.load(ArtefactCache::key(inputs), [&](const H5File& file) {
        losses.nll = file.readFloats("nll");
        losses.referenceNll = file.readFloats("reference_nll");
        requireCount(losses.nll.size(), windows.ids.size(), "nll");
        requireCount(losses.referenceNll.size(), windows.ids.size(), "reference_nll");
    });
}

std::vector<std::string> linearsOf(const QuantizedBlock& block) {
    std::vector<std::string> names;
    for (const LinearReport& report : block.reports)
        if (block.linears.contains(report.name))
            names.push_back(report.name);
    return names;
}

std::vector<Prediction> likeliestOf(const float* logits, Index vocabulary, int count) {
    std::vector<std::int32_t> order(static_cast<std::size_t>(vocabulary));
    std::iota(order.begin(), order.end(), 0);
    const auto kept = std::min<std::ptrdiff_t>(count, vocabulary);
    std::partial_sort(order.begin(), order.begin() + kept, order.end(), [&](std::int32_t a, std::int32_t b) {
        return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
    });
    const double sum = logSumExp(logits, vocabulary);
    std::vector<Prediction> predictions;
    for (std::ptrdiff_t i = 0; i < kept; ++i) {
        const std::int32_t id = order[static_cast<std::size_t>(i)];
        predictions.push_back({id, std::exp(double{logits[id]} - sum)});
    }
    return predictions;
}

} // namespace

std::vector<BlockErrors> runErrorGrowth(Workbench& bench, const Project& project, const Run& run,
                                        const EvaluationData& data, JobContext& job) {
    const Subject subject(bench, project, run, data, job);
    const Model& model = subject.model->model;
    const nlohmann::json inputs = subject.inputs(kGrowth, run, Protocol::GptqPaper);
    std::vector<BlockErrors> growth(static_cast<std::size_t>(model.spec.blocks));
    if (loadGrowth(bench, inputs, growth))
        return growth;
    recoverCodes(bench, project, run, job);
    growth = errorGrowth(model, subject.text.windows, runChanges(bench, model, run), subject.place(bench), job,
                         subject.precision);
    bench.cache.save(inputs, [&](H5File& file) {
        eachColumn([&](const char* name, double BlockErrors::*field) {
            std::vector<double> values;
            for (const BlockErrors& block : growth)
                values.push_back(block.*field);
            file.write(name, values);
        });
    });
    return growth;
}

std::vector<LinearSensitivity> knownSensitivities(Workbench& bench, const Project& project, const Run& run,
                                                  const EvaluationData& data, JobContext& job) {
    const Subject subject(bench, project, run, data, job);
    std::vector<LinearSensitivity> sensitivities;
    if (!loadSensitivities(bench, subject.inputs(kSensitivities, run, Protocol::GptqPaper), sensitivities))
        sensitivities.clear();
    return sensitivities;
}

std::vector<LinearSensitivity> runSensitivities(Workbench& bench, const Project& project, const Run& run,
                                                const EvaluationData& data, JobContext& job) {
    const Subject subject(bench, project, run, data, job);
    const Model& model = subject.model->model;
    const nlohmann::json inputs = subject.inputs(kSensitivities, run, Protocol::GptqPaper);
    std::vector<LinearSensitivity> sensitivities;
    if (loadSensitivities(bench, inputs, sensitivities))
        return sensitivities;
    recoverCodes(bench, project, run, job);
    job.beginStage("sensitivities", static_cast<std::uint64_t>(model.spec.blocks));
    SensitivityMeter meter(model, subject.text.windows, subject.place(bench), subject.precision, job);
    for (int index = 0; index < model.spec.blocks; ++index) {
        const QuantizedBlock block = runBlock(bench, run, index);
        const auto names = linearsOf(block);
        const auto divergences = meter.measure(index, names, sourceOf(block));
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto report = std::ranges::find(block.reports, names[i], &LinearReport::name);
            sensitivities.push_back({names[i], divergences[i], report->relativeError});
        }
        job.advance();
    }
    bench.cache.save(inputs, [&](H5File& file) {
        std::vector<std::string> names;
        std::vector<double> divergences, errors;
        for (const LinearSensitivity& linear : sensitivities) {
            names.push_back(linear.name);
            divergences.push_back(linear.kl);
            errors.push_back(linear.relativeError);
        }
        file.writeTexts("linears", names);
        file.write("kl", divergences);
        file.write("relative_error", errors);
    });
    return sensitivities;
}

TokenComparison compareTokens(Workbench& bench, const Project& project, const Run& run, const EvaluationData& data,
                              JobContext& job) {
    Subject subject(bench, project, run, data, job);
    const Model& model = subject.model->model;
    const nlohmann::json inputs = subject.inputs(kLosses, run, data.protocol);
    TokenComparison comparison{std::move(subject.text.windows), std::move(subject.text.domains), {}, subject.text.name};
    const TokenWindows& windows = comparison.windows;
    TokenLosses& losses = comparison.losses;
    if (loadLosses(bench, inputs, windows, losses))
        return comparison;
    recoverCodes(bench, project, run, job);
    const auto reference = bench.referenceHidden(*subject.model, windows, subject.precision, job);
    const HiddenStates hidden =
        finalHidden(model, windows, runChanges(bench, model, run),
                    bench.hiddenPlace(model.spec, PassDemand(windows, 0), {}), job, subject.precision);
    score(model, windows, hidden, reference.get(), job, {subject.precision, data.protocol, nullptr, &losses});
    bench.cache.save(inputs, [&](H5File& file) {
        file.write("nll", losses.nll);
        file.write("reference_nll", losses.referenceNll);
    });
    return comparison;
}

KnownErrors knownErrors(Workbench& bench, const Workbench::OpenModel& model, const EvaluationWindows& text,
                        const Run& run) {
    const auto inputs = [&](const char* kind) {
        return inputsOf(kind, run, model, text, Protocol::GptqPaper, Precision::F32);
    };
    KnownErrors known;
    known.growth.resize(static_cast<std::size_t>(model.model.spec.blocks));
    if (!loadGrowth(bench, inputs(kGrowth), known.growth))
        known.growth.clear();
    if (!loadSensitivities(bench, inputs(kSensitivities), known.sensitivities))
        known.sensitivities.clear();
    TokenLosses losses;
    if (loadLosses(bench, inputs(kLosses), text.windows, losses))
        known.losses = std::move(losses);
    return known;
}

std::vector<std::size_t> worstTokens(const TokenComparison& comparison, std::size_t most) {
    std::vector<std::size_t> tokens;
    for (std::size_t i = 0; i < comparison.losses.nll.size(); ++i)
        if (!std::isnan(comparison.difference(i)))
            tokens.push_back(i);
    const auto kept = static_cast<std::ptrdiff_t>(std::min(most, tokens.size()));
    std::partial_sort(tokens.begin(), tokens.begin() + kept, tokens.end(), [&](std::size_t a, std::size_t b) {
        const double first = comparison.difference(a), second = comparison.difference(b);
        return first != second ? first > second : a < b;
    });
    tokens.resize(static_cast<std::size_t>(kept));
    return tokens;
}

std::vector<std::string> windowPieces(const TokenComparison& comparison, const Workbench::OpenModel& model,
                                      std::int64_t window) {
    const auto ids = comparison.windows.window(window);
    return tokenPieces(model.tokenizer, ids.first(static_cast<std::size_t>(comparison.windows.validLength(window))));
}

WindowPredictions predictWindow(Workbench& bench, const Project& project, const Run& run,
                                std::span<const std::int32_t> ids, int likeliest, JobContext& job) {
    const auto model = openModelOf(bench, run, job);
    recoverCodes(bench, project, run, job);
    TokenWindows window;
    window.sequenceLength = static_cast<int>(ids.size());
    window.ids.assign(ids.begin(), ids.end());
    window.documents.assign(ids.size(), 0);
    const Head head(model->model, Precision::F32, job);
    const auto predict = [&](const ModelChanges& changes) {
        const HiddenStates hidden = finalHidden(model->model, window, changes, {}, job);
        std::vector<std::vector<Prediction>> predictions;
        Matrix buffer, logits(1, head.vocabularySize());
        for (Index chunk = 0; chunk < hidden.chunks(); ++chunk) {
            const auto states = hidden.read(chunk, buffer);
            for (Index row = 0; row < states.rows; ++row) {
                job.throwIfCancelled();
                head.logits(states.rowRange(row, 1), logits.view());
                predictions.push_back(likeliestOf(logits.view().row(0), logits.cols(), likeliest));
            }
        }
        return predictions;
    };
    WindowPredictions predictions;
    predictions.exact = predict({});
    predictions.run = predict(runChanges(bench, model->model, run));
    return predictions;
}

} // namespace vernier
