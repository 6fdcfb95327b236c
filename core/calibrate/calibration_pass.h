#pragma once

#include "core/base/job.h"
#include "core/calibrate/gram.h"
#include "core/calibrate/tap_statistics.h"
#include "core/dataset/token_windows.h"
#include "core/model/block.h"

#include <functional>
#include <string>
#include <vector>

namespace vernier {

/// Holds what a pass saw in one block: for each input group, in the order of ArchitectureSpec::inputGroups(block), the
/// statistics of its input and its Gram.
struct BlockStatistics {
    int block = 0;
    std::vector<TapStatistics> taps;
    std::vector<Gram> grams;
};

/// "model.layers.3.mlp.down_proj:input"
std::string tapName(const ArchitectureSpec& spec, int block, std::size_t group);

/// Runs hidden through a block and gathers the statistics of its inputs; hidden becomes the block's output. Throws
/// Error{Numeric} naming the tap when an activation is NaN or Inf.
BlockStatistics observeBlock(const ArchitectureSpec& spec, const Block& block, int index, MatrixView<float> hidden,
                             Index sequenceLength, const JobContext& job);

/// Feeds windows through the full-precision model, one block in memory at a time, and hands over each block's
/// statistics as soon as it is done. Progress counts blocks. Same statistics at any thread count.
void runCalibrationPass(const Model& model, const TokenWindows& windows, JobContext& job,
                        const std::function<void(BlockStatistics)>& onBlock);

/// The embedded ids of all windows, [windows · sequenceLength, hiddenSize]. Throws Error{Input} when the windows are
/// longer than the model's positions.
Matrix embedWindows(const Model& model, const TokenWindows& windows);

} // namespace vernier
