#include "core/quantize/quantize_model.h"

#include "core/quantize/output_error.h"
#include "core/quantize/rtn.h"

#include <fmt/format.h>

namespace vernier {

namespace {

/// What the linears of one input group became, and what only their method knows of them.
struct SolvedGroup {
    std::vector<QuantizedLinear> linears;
    double exponent = 0;
    double dampPercent = 0;
    std::int64_t deadColumns = 0;
};

SolvedGroup solveGroup(const std::vector<Matrix>& weights, const TapStatistics& tap, const Gram& gram,
                       const QuantizeSettings& settings, JobContext& job) {
    SolvedGroup solved;
    // Nothing is known of the inputs of an expert that no token reached; its weights are rounded.
    switch (gram.tokens() == 0 ? Method::Rtn : settings.method) {
    case Method::Rtn:
        for (const Matrix& weight : weights)
            solved.linears.push_back(quantizeRtn(weight.view(), settings.scheme));
        break;
    case Method::Gptq: {
        const GptqOptions options = gptqOptions(settings);
        const GptqFactor factor = factoriseGram(gram, options, job);
        solved.dampPercent = factor.dampHistory.back();
        for (const Matrix& weight : weights) {
            GptqResult result = quantizeGptq(weight.view(), factor, options, job);
            solved.deadColumns = result.deadColumns;
            solved.linears.push_back(std::move(result.linear));
        }
        break;
    }
    case Method::Awq: {
        std::vector<MatrixView<const float>> views;
        for (const Matrix& weight : weights)
            views.push_back(weight.view());
        AwqResult result = quantizeAwq(views, gram, tap.meanAbs(), awqOptions(settings), job);
        solved.exponent = result.exponent;
        solved.linears = std::move(result.linears);
        break;
    }
    }
    return solved;
}

QuantizedBlock solveBlock(const Model& model, int index, const BlockStatistics& statistics,
                          const QuantizeSettings& settings, const QuantizeHooks& hooks, JobContext& job) {
    QuantizedBlock block;
    block.block = index;
    const auto groups = model.spec.inputGroups(index);
    for (std::size_t g = 0; g < groups.size(); ++g) {
        std::vector<Matrix> weights;
        for (const LinearSpec& linear : groups[g].linears)
            weights.push_back(model.linear(index, linear));
        SolvedGroup solved = solveGroup(weights, statistics.taps[g], statistics.grams[g], settings, job);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            job.throwIfCancelled();
            QuantizedLinear& linear = solved.linears[i];
            const OutputError error = outputError(weights[i].view(), linear.dequantize().view(), statistics.grams[g]);
            LinearReport report;
            report.name = model.spec.linearName(index, groups[g].linears[i].name);
            report.relativeError = error.relative();
            report.sqnrDb = error.sqnrDb();
            report.storedBytes = linear.storedBytes();
            report.parameters = linear.out * linear.in;
            report.exponent = solved.exponent;
            report.dampPercent = solved.dampPercent;
            report.deadColumns = solved.deadColumns;
            block.linears.emplace(report.name, std::move(linear));
            if (hooks.onLinear)
                hooks.onLinear(report);
            block.reports.push_back(std::move(report));
            job.advance();
        }
    }
    return block;
}

} // namespace

LinearSource sourceOf(const QuantizedBlock& block) {
    return [&block](const std::string& name) -> std::optional<Matrix> {
        const auto found = block.linears.find(name);
        return found == block.linears.end() ? std::nullopt : std::optional(found->second.dequantize());
    };
}

void quantizeModel(const Model& model, const TokenWindows& windows, const QuantizeSettings& settings,
                   const QuantizeHooks& hooks, JobContext& job) {
    settings.validate();
    job.beginStage("quantize", static_cast<std::uint64_t>(model.spec.linears()));
    Matrix hidden = embedWindows(model, windows);
    for (int index = 0; index < model.spec.blocks; ++index) {
        job.throwIfCancelled();
        std::optional<QuantizedBlock> solved = hooks.known ? hooks.known(index) : std::nullopt;
        if (solved) {
            job.advance(solved->reports.size());
        } else {
            // The Grams are those of this block in full precision; its output will be that of its quantized form.
            Matrix seen = hidden.clone();
            const BlockStatistics statistics =
                observeBlock(model.spec, Block(model, index), index, seen.view(), windows.sequenceLength, job);
            solved = solveBlock(model, index, statistics, settings, hooks, job);
        }
        if (index + 1 < model.spec.blocks)
            Block(model, index, sourceOf(*solved)).forward(hidden.view(), windows.sequenceLength, job);
        if (hooks.onBlock)
            hooks.onBlock(std::move(*solved));
    }
}

} // namespace vernier
