#pragma once

#include "core/base/job.h"
#include "core/calibrate/block_statistics.h"
#include "core/calibrate/hidden_states.h"
#include "core/dataset/token_windows.h"
#include "core/model/model.h"
#include "core/model/model_changes.h"

#include <filesystem>
#include <functional>

namespace vernier {

/// Watches a calibration pass, and may shorten it.
struct PassHooks {
    /// Receives each block's statistics as soon as the block is done.
    std::function<void(BlockStatistics)> onBlock;
    /// Whether a block's statistics are at hand, so that it only has to be run for the blocks behind it. Asked once for
    /// every block before the pass begins; unset: none are.
    std::function<bool(int block)> known;
    ObserverOptions observers; ///< what is gathered at the taps
    ModelChanges changes;      ///< what the model is run with; none: in full precision
    bool grams = true;         ///< whether Grams are gathered beside the statistics
    /// Of the files that Grams are kept in where they do not fit into memory; empty: they do.
    std::filesystem::path gramFolder;
    /// Whether the experts of a mixture are packed all at once, or one after the other, which takes less memory and,
    /// for every few thousand tokens, the time to pack them again.
    ExpertMemory experts = ExpertMemory::All;
    /// Receives the statistics of the logits in the end; unset: the head is not run.
    std::function<void(TapStatistics)> onLogits;
    DocumentName documentName; ///< for errors
};

/// Feeds windows through the model, in full precision or as changed, one block in memory at a time. Hidden states are
/// kept where `place` says. Progress counts blocks, and the head as one more. Same statistics at any thread count and
/// wherever the hidden states are. The linears are computed in the given precision; the Grams are those of what they
/// then read.
///
/// With a checkpoint a pass that was killed loses the block in flight and no other: onBlock has stored the statistics
/// of the finished ones, the checkpoint has their output, and the next pass with the same checkpoint takes up from
/// there. Blocks that were finished but not yet checkpointed run again without statistics. The checkpoint is removed in
/// the end.
///
/// Throws Error{Input} when the windows are longer than the model's positions, Error{Numeric} as observeBlock does,
/// Error{Io} when the disk is full or weights cannot be read, Cancelled.
void runCalibrationPass(const Model& model, const TokenWindows& windows, HiddenPlace place, const PassHooks& hooks,
                        JobContext& job, Precision precision = Precision::F32);

} // namespace vernier
