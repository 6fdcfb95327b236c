#include "core/workbench/mixed_precision.h"

#include "core/base/error.h"
#include "core/evaluate/sensitivity.h"
#include "core/quantize/solve_block.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/evaluation_windows.h"
#include "core/workbench/run_model.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

/// The settings with so many bits, quantized without forward passes.
QuantizeSettings withBits(const QuantizeSettings& settings, int bits) {
    QuantizeSettings changed = settings;
    changed.scheme.bits = bits;
    changed.grams = GramSource::FullPrecision;
    changed.trueSequential = false;
    changed.driftCorrection = 0;
    return changed;
}

/// Whether the person has said what is to become of a linear's bits.
bool isDecided(const QuantizeSettings& settings, const std::string& linear) {
    return std::ranges::any_of(settings.overrides, [&](const LinearOverride& change) {
        return (change.skip || change.bits || change.format) && matchesPattern(change.pattern, linear);
    });
}

/// What a block becomes at each choice of bits.
std::vector<QuantizedBlock> solveChoices(const Model& model, const BlockStatistics& statistics,
                                         const MixedPrecisionRequest& request, JobContext& job) {
    std::vector<QuantizedBlock> solved;
    const std::function<void(const LinearReport&)> nobody;
    for (const int bits : request.bits) {
        const QuantizeSettings settings = withBits(request.settings, bits);
        JobContext quiet = job.quiet();
        solved.push_back(solveBlock(model, statistics, settings, nobody, quiet));
    }
    return solved;
}

/// The choice to measure at: the nearest to the budget, whose errors are those that matter.
std::size_t measuredChoice(const MixedPrecisionRequest& request) {
    std::size_t best = 0;
    for (std::size_t i = 0; i < request.bits.size(); ++i)
        if (std::abs(request.bits[i] - request.bitsPerWeight) < std::abs(request.bits[best] - request.bitsPerWeight))
            best = i;
    return best;
}

LinearChoices choicesOf(const std::vector<QuantizedBlock>& solved, std::size_t report,
                        const MixedPrecisionRequest& request, double perError) {
    const LinearReport& any = solved.front().reports[report];
    LinearChoices linear{any.name, any.parameters, {}, 0, 0};
    const bool decided = isDecided(request.settings, any.name);
    for (std::size_t c = 0; c < solved.size(); ++c) {
        const LinearReport& is = solved[c].reports[report];
        const BitChoice choice{request.bits[c], is.storedBytes, perError * is.relativeError};
        linear.choices.push_back(choice);
        if (decided) // all choices are the same
            break;
    }
    if (decided)
        linear.choices.front().bits = settingsFor(request.settings, any.name).scheme.bits;
    return linear;
}

double bitsPerWeight(std::uint64_t bytes, std::int64_t parameters) {
    return parameters > 0 ? 8.0 * static_cast<double>(bytes) / static_cast<double>(parameters) : 0;
}

} // namespace

void MixedPrecisionRequest::validate() const {
    settings.validate();
    if (settings.scheme.format != NumberFormat::Integer)
        throw Error(ErrorKind::Input, "format", fmt::format("{} has one width", name(settings.scheme.format)),
                    "choose bits of integer grids (--format int)");
    if (bits.size() < 2 || !std::ranges::all_of(bits, [](int b) { return b >= 2 && b <= 8; }))
        throw Error(ErrorKind::Input, "choices of bits", "are not at least two from 2 to 8");
    if (!(bitsPerWeight > 0 && bitsPerWeight <= 16))
        throw Error(ErrorKind::Input, "bits per weight", fmt::format("{} is not in 0 to 16", bitsPerWeight));
}

MixedPrecision chooseBits(Workbench& bench, const Project& project, const MixedPrecisionRequest& request,
                          JobContext& job) {
    request.validate();
    const CalibrationRecord& record = request.calibration;
    const auto model = bench.open(record.modelFolder, job);
    if (model->fingerprint != record.modelFingerprint)
        throw Error(ErrorKind::Input, record.modelFolder, "is not the model that was calibrated", "calibrate again");
    const int blocks = model->model.spec.blocks;
    const std::size_t reference = measuredChoice(request);

    std::optional<EvaluationWindows> text;
    std::unique_ptr<SensitivityMeter> meter;
    if (request.measured) {
        text = packEvaluation(project, request.data, *model, job);
        job.beginStage("full precision", 0);
        meter = std::make_unique<SensitivityMeter>(
            model->model, text->windows, bench.hiddenPlace(model->model.spec, PassDemand(text->windows, 1), {}),
            choosePrecision(request.data.precision, job), job);
    }
    MixedPrecision result;
    job.beginStage("choose bits", static_cast<std::uint64_t>(blocks));
    const auto all = static_cast<double>(model->model.spec.linearParameters());
    for (int index = 0; index < blocks; ++index) {
        job.throwIfCancelled();
        const auto statistics = requireBlockStatistics(bench, project, record, index, job);
        const auto solved = solveChoices(model->model, *statistics, request, job);
        const QuantizedBlock& tried = solved[reference];
        std::map<std::string, double> divergence;
        if (meter) {
            std::vector<std::string> names;
            for (const auto& [name, linear] : tried.linears)
                names.push_back(name);
            const auto measured = meter->measure(index, names, sourceOf(tried));
            for (std::size_t i = 0; i < names.size(); ++i)
                divergence[names[i]] = measured[i];
        }
        for (std::size_t report = 0; report < tried.reports.size(); ++report) {
            const LinearReport& at = tried.reports[report];
            const auto measured = divergence.find(at.name);
            const bool known = measured != divergence.end() && at.relativeError > 0;
            const double perError = known    ? measured->second / at.relativeError
                                    : !meter ? static_cast<double>(at.parameters) / all
                                             : 0.0;
            result.linears.push_back(choicesOf(solved, report, request, perError));
            result.linears.back().sensitivity = known ? measured->second : 0;
        }
        job.advance();
    }

    std::vector<std::vector<BitChoice>> choices;
    std::int64_t parameters = 0;
    for (const LinearChoices& linear : result.linears) {
        choices.push_back(linear.choices);
        parameters += linear.parameters;
    }
    const auto budget = static_cast<std::uint64_t>(request.bitsPerWeight * static_cast<double>(parameters) / 8);
    const BitAllocation allocation = allocateBits(choices, budget);
    for (const BitAllocation& point : bitFrontier(choices))
        result.curve.push_back({bitsPerWeight(point.bytes, parameters), point.cost});
    result.bitsPerWeight = bitsPerWeight(allocation.bytes, parameters);
    result.cost = allocation.cost;
    result.sensitivityBits = meter ? request.bits[reference] : 0;
    result.costText = meter ? fmt::format("sum over linears of the KL in nats of each alone, measured at {} bits",
                                          result.sensitivityBits)
                            : std::string("sum over linears of relative output error, by share of parameters");

    // What most linears have is the scheme's; the others are overrides, before those of the person, which win.
    std::map<int, std::size_t> uses;
    for (std::size_t i = 0; i < result.linears.size(); ++i) {
        LinearChoices& linear = result.linears[i];
        linear.pickedBits = linear.choices[allocation.picks[i]].bits;
        if (!isDecided(request.settings, linear.name))
            ++uses[linear.pickedBits];
    }
    result.settings = request.settings;
    if (!uses.empty())
        result.settings.scheme.bits =
            std::ranges::max_element(uses, {}, [](const auto& use) { return use.second; })->first;
    std::vector<LinearOverride> overrides;
    for (const LinearChoices& linear : result.linears) {
        if (linear.pickedBits == result.settings.scheme.bits || isDecided(request.settings, linear.name))
            continue;
        LinearOverride& change = overrides.emplace_back();
        change.pattern = linear.name;
        change.bits = linear.pickedBits;
    }
    overrides.insert(overrides.end(), request.settings.overrides.begin(), request.settings.overrides.end());
    result.settings.overrides = std::move(overrides);
    return result;
}

} // namespace vernier
