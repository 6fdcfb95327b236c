#pragma once

#include "core/quantize/quantize_model.h"

#include <cstdint>
#include <vector>

namespace vernier {

/// Holds what the linears of one input group became, and what only their method knows of them.
struct SolvedGroup {
    std::vector<QuantizedLinear> linears;
    double exponent = 0;
    double dampPercent = 0;
    std::int64_t deadColumns = 0;
};

/// Quantizes the weights [out, in] that read one input, by what was seen of it; of an input that no token reached
/// nothing is known, and its weights are rounded. Throws as the method does.
SolvedGroup solveGroup(const std::vector<Matrix>& weights, const TapStatistics& tap, const Gram& gram,
                       const QuantizeSettings& settings, JobContext& job);

} // namespace vernier
