#pragma once

#include "core/base/job.h"
#include "core/calibrate/gram.h"
#include "core/calibrate/hidden_states.h"
#include "core/dataset/token_windows.h"
#include "core/model/block.h"

#include <vector>

namespace vernier {

/// Is what some input groups of a block read over all windows; nothing for the groups that were not asked for.
struct GatheredInputs {
    std::vector<Gram> grams; ///< per group
    std::vector<Matrix>
        drifts; ///< per group D = Σ (x_fp − x) xᵀ [in, in]; only where a full-precision stream was given
};

/// Is the full-precision model's way through the same windows, up to the same block.
struct FullPrecisionStream {
    const Block& block;
    const HiddenStates& hidden;
};

/// Runs hidden through a block, as it stands, and sums what the wanted groups read; hidden stays what it was. An expert
/// has no drift: the two streams route other tokens to it. Same result at any thread count. Throws Cancelled.
GatheredInputs gatherInputs(const ArchitectureSpec& spec, const Block& block, int index,
                            const std::vector<bool>& wanted, const TokenWindows& windows, const HiddenStates& hidden,
                            const FullPrecisionStream* full, const JobContext& job);

/// In which order the inputs of a block's groups arise: 0 queries, keys and values, 1 the attention's output, 2 the
/// feed-forward layer, 3 its output; of experts likewise.
constexpr int inputStage(std::size_t group) {
    return static_cast<int>(group < 2 ? group : 2 + group % 2);
}
inline constexpr int kInputStages = 4;

} // namespace vernier
