#include "core/calibrate/calibration_pass.h"

#include "core/calibrate/logits_statistics.h"

#include <algorithm>
#include <vector>

namespace vernier {

namespace {

BlockStatistics observeAll(const Model& model, const Block& block, int index, const TokenWindows& windows,
                           HiddenStates& hidden, const PassHooks& hooks, const JobContext& job) {
    BlockStatistics statistics(model.spec, index, hooks.observers, hooks.gramFolder);
    if (!hooks.grams)
        statistics.grams.clear();
    hidden.update(
        [&](Index first, MatrixView<float> rows) {
            observeBlock(model.spec, block, rows, first, windows, statistics, job, hooks.documentName);
        },
        job);
    return statistics;
}

} // namespace

void runCalibrationPass(const Model& model, const TokenWindows& windows, HiddenPlace place, const PassHooks& hooks,
                        JobContext& job, Precision precision) {
    requirePositions(model, windows);
    hooks.observers.validate();
    const int blocks = model.spec.blocks;
    job.beginStage("calibrate", static_cast<std::uint64_t>(blocks) + (hooks.onLogits ? 1 : 0));
    std::vector<bool> known;
    for (int index = 0; index < blocks; ++index) {
        job.throwIfCancelled();
        known.push_back(hooks.known && hooks.known(index));
    }
    const auto firstMissing = static_cast<int>(std::ranges::find(known, false) - known.begin());
    // The head reads what the last block leaves.
    const auto lastMissing =
        hooks.onLogits ? blocks - 1
                       : static_cast<int>(std::find(known.rbegin(), known.rend(), false).base() - known.begin()) - 1;
    if (firstMissing == blocks && !hooks.onLogits)
        return job.advance(static_cast<std::uint64_t>(blocks));

    HiddenStates hidden(std::ssize(windows.ids), model.spec.hiddenSize, windows.sequenceLength, std::move(place));
    const int begin = hidden.resume(firstMissing, job);
    if (begin == 0)
        embedWindows(model, windows, hidden, job);
    job.advance(static_cast<std::uint64_t>(begin));
    for (int index = begin; index <= lastMissing; ++index) {
        job.throwIfCancelled();
        const Block block(model, index, hooks.changes, precision, job, hooks.experts);
        if (known[static_cast<std::size_t>(index)])
            forwardBlock(block, windows.sequenceLength, hidden, job);
        else
            hooks.onBlock(observeAll(model, block, index, windows, hidden, hooks, job));
        hidden.checkpoint(index + 1, job);
        job.advance();
    }
    job.advance(static_cast<std::uint64_t>(blocks - 1 - lastMissing));
    if (hooks.onLogits) {
        hooks.onLogits(observeLogits(model, hidden, windows, hooks.observers, precision, job, hooks.documentName));
        job.advance();
    }
    hidden.removeCheckpoint();
}

} // namespace vernier
