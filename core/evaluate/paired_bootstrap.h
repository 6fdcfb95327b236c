#pragma once

#include "core/dataset/token_windows.h"

#include <cstdint>
#include <span>

namespace vernier {

/// Says how sure it is that one run predicts the same text better than another.
struct PairedComparison {
    double meanDifference = 0;   ///< mean loss of the first less that of the second, nats per token
    double low = 0, high = 0;    ///< its 95 % interval: percentiles 2.5 and 97.5 of the resamples
    double firstBetterShare = 0; ///< of the resamples in which the first loses less
    std::int64_t tokens = 0;     ///< predictions compared
    std::int64_t windows = 0;

    /// Whether the interval leaves zero out.
    bool isSure() const { return low > 0 || high < 0; }
};

/// Compares losses [windows · sequenceLength] of two runs on the same predictions (NaN where none counts) by a paired
/// bootstrap (Efron 1979; Koehn 2004 for the paired form): whole windows are drawn with replacement, since the losses
/// inside a window depend on each other. Same result for the same seed. Throws Error{Input} when the lengths differ or
/// fewer than two windows have predictions.
PairedComparison pairedBootstrap(const TokenWindows& windows, std::span<const float> first,
                                 std::span<const float> second, int resamples = 2000, std::uint64_t seed = 1);

} // namespace vernier
