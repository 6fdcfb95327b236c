#pragma once

#include "core/quantize/quantized_linear.h"
#include "core/quantize/range_options.h"

#include <span>

namespace vernier {

/// Says how weights are rounded to the nearest code of their group's grid.
struct RtnOptions {
    Scheme scheme{};
    RangeOptions ranges{};
    std::span<const double> inputScales{};  ///< [in] factors of the columns before rounding; empty: none
    std::span<const double> outputScales{}; ///< [out] divisors of the rows before rounding; empty: none
    std::span<const double> importance{};   ///< [in] mean square inputs, for weighted range searches; empty: all equal
    MatrixView<const float> clip{};         ///< [out, groups] largest magnitude kept, before rounding; empty: all
};

/// Rounds every weight [out, in], scaled and clipped, to the nearest code of its group's grid (round to nearest). Same
/// codes at any thread count. Throws Error{Numeric} when the weight is not finite.
QuantizedLinear quantizeRtn(MatrixView<const float> weight, const RtnOptions& options);

/// The same without scaling.
QuantizedLinear quantizeRtn(MatrixView<const float> weight, const Scheme& scheme);

} // namespace vernier
