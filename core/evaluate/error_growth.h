#pragma once

#include "core/base/job.h"
#include "core/calibrate/hidden_states.h"
#include "core/dataset/token_windows.h"
#include "core/model/model_changes.h"
#include "core/tensor/precision.h"

#include <vector>

namespace vernier {

/// Says how far a block's output is from that of full precision, as sums of squares over all tokens but padding.
struct BlockErrors {
    double signal = 0;    ///< of full precision's output itself
    double own = 0;       ///< error of the changed block on full precision's input: its own rounding
    double inherited = 0; ///< error of the exact block on what the changed blocks before it made
    double total = 0;     ///< error of the changed model after this block

    double relative() const { return signal > 0 ? total / signal : 0; }
    /// What own rounding took away from the inherited error (negative: added to it), beyond the two standing side by
    /// side: own + inherited − total.
    double compensated() const { return own + inherited - total; }
};

/// Follows the residual stream of the model and of the changed model block by block. Costs four forward passes; keeps
/// the hidden states of both where place says. Progress counts blocks. Same numbers at any thread count.
std::vector<BlockErrors> errorGrowth(const Model& model, const TokenWindows& windows, const ModelChanges& changes,
                                     const HiddenPlace& place, JobContext& job, Precision precision = Precision::F32);

} // namespace vernier
