#pragma once

#include "core/quantize/code_usage.h"
#include "core/quantize/weight_map.h"

#include <limits>
#include <optional>

namespace vernier {

/// Is the smallest and largest of some numbers.
struct NumberRange {
    double low = 0, high = 0;
};

/// Says in numbers what quantization did to a weight. The errors are those of the weight alone, as if all inputs were
/// alike; that of what the linear gives weighs them by its Gram.
struct WeightNumbers {
    Index out = 0, in = 0;
    double rms = 0;                      ///< of the original
    double largest = 0;                  ///< |w| of the original
    double relativeError = 0;            ///< Σ e² / Σ w², e = dequantized − original; NaN for a weight of zeros
    double sqnrDb = 0;                   ///< −10 log10 of that; infinite where nothing was lost
    double largestError = 0;             ///< |e|
    Index worstRow = 0, worstColumn = 0; ///< where that is
    Index groups = 0;                    ///< per row
    CodeUsage usage;
    NumberRange scales;
    std::optional<NumberRange> zeros;    ///< zero points as codes; absent where codes are floats or have minimums
    std::optional<NumberRange> minimums; ///< of formats that have them
};

/// Without codes only shape, rms and largest are filled in. Sums run in double precision, row by row, the same at any
/// thread count. Throws Cancelled when the job is stopped.
WeightNumbers weightNumbers(const LinearWeights& linear, const JobContext& job);

} // namespace vernier
