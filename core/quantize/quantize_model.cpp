#include "core/quantize/quantize_model.h"

#include "core/base/error.h"
#include "core/quantize/solve_block.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

/// The statistics of a block in full precision; hidden stays what the quantized blocks before it made.
BlockStatistics observe(const Model& model, const Block& block, int index, const TokenWindows& windows,
                        const HiddenStates& hidden, const QuantizeHooks& hooks, const JobContext& job) {
    BlockStatistics statistics(model.spec, index);
    Matrix buffer, seen(hidden.shape().rows(0), hidden.shape().width);
    for (Index chunk = 0; chunk < hidden.chunks(); ++chunk) {
        job.throwIfCancelled();
        const auto states = hidden.read(chunk, buffer);
        const auto rows = seen.view().rowRange(0, states.rows);
        std::copy_n(states.data, states.rows * states.cols, rows.data);
        observeBlock(model.spec, block, rows, hidden.shape().firstToken(chunk), windows, statistics, job,
                     hooks.documentName, {TapKind::LinearInput});
    }
    return statistics;
}

/// Hands over the blocks that are known from the beginning on; returns how many these are.
int handOverKnown(const Model& model, const QuantizeHooks& hooks, JobContext& job) {
    int index = 0;
    for (; hooks.known && index < model.spec.blocks; ++index) {
        job.throwIfCancelled();
        auto block = hooks.known(index);
        if (!block)
            break;
        job.advance(block->reports.size());
        if (hooks.onBlock)
            hooks.onBlock(*block);
    }
    return index;
}

} // namespace

namespace {

/// Solves the blocks from `first` on under the Grams of the full-precision pass.
void solveFromStatistics(const Model& model, int first, const QuantizeSettings& settings, const QuantizeHooks& hooks,
                         JobContext& job) {
    if (!hooks.statistics)
        throw Error(ErrorKind::Internal, "quantization", "nobody gives the statistics of the full-precision pass");
    for (int index = first; index < model.spec.blocks; ++index) {
        job.throwIfCancelled();
        std::optional<QuantizedBlock> solved = hooks.known ? hooks.known(index) : std::nullopt;
        if (solved)
            job.advance(solved->reports.size());
        else
            solved = solveBlock(model, hooks.statistics(index), settings, hooks.onLinear, job);
        if (hooks.onBlock)
            hooks.onBlock(*solved);
    }
}

} // namespace

LinearSource sourceOf(const QuantizedBlock& block) {
    return [&block](const std::string& name) -> std::optional<Matrix> {
        const auto found = block.linears.find(name);
        return found == block.linears.end() ? std::nullopt : std::optional(found->second.dequantize());
    };
}

void quantizeModel(const Model& model, const TokenWindows& windows, const QuantizeSettings& settings, HiddenPlace place,
                   const QuantizeHooks& hooks, JobContext& job) {
    settings.validate();
    requirePositions(model, windows);
    job.beginStage("quantize", static_cast<std::uint64_t>(model.spec.linears()));
    const int finished = handOverKnown(model, hooks, job);
    if (finished == model.spec.blocks)
        return;
    if (settings.grams == GramSource::FullPrecision)
        return solveFromStatistics(model, finished, settings, hooks, job);
    HiddenStates hidden(std::ssize(windows.ids), model.spec.hiddenSize, windows.sequenceLength, std::move(place));
    const int begin = hidden.resume(finished, job);
    if (begin == 0)
        embedWindows(model, windows, hidden, job);
    for (int index = begin; index < model.spec.blocks; ++index) {
        job.throwIfCancelled();
        std::optional<QuantizedBlock> solved = hooks.known ? hooks.known(index) : std::nullopt;
        if (!solved) // the Grams are those of this block in full precision; its output will be that of its quantized
                     // form
            solved = solveBlock(
                model,
                observe(model, Block(model, index, {}, settings.precision, job), index, windows, hidden, hooks, job),
                settings, hooks.onLinear, job);
        else if (index >= finished)
            job.advance(solved->reports.size());
        if (index >= finished && hooks.onBlock)
            hooks.onBlock(*solved);
        if (index + 1 == model.spec.blocks)
            break;
        forwardBlock(Block(model, index, sourceOf(*solved), settings.precision, job), windows.sequenceLength, hidden,
                     job);
        hidden.checkpoint(index + 1, job);
    }
    hidden.removeCheckpoint();
}

} // namespace vernier
