#pragma once

#include "core/quantize/quantized_linear.h"

namespace vernier {

/// Rounds every weight [out, in] to the nearest code of its group's grid (round to nearest). Same codes at any thread
/// count.
QuantizedLinear quantizeRtn(MatrixView<const float> weight, const Scheme& scheme);

} // namespace vernier
