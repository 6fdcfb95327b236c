#pragma once

#include "core/model/model_changes.h"

namespace vernier {

/// What a quantized checkpoint's loader makes of it: the linears as floats, whatever of GPTQ, AWQ GEMM and
/// compressed-tensors (pack-quantized, int-quantized) its config.json declares, nothing for those that it keeps in full
/// precision; and the rounding of activations that compressed-tensors declares. No functions for a checkpoint that is
/// not quantized. Everything is checked against the architecture before it is believed; throws Error{Input} naming
/// tensor and problem, Error{Unsupported} for methods and layouts that Vernier does not know. Refers to the model.
ModelChanges storedChanges(const Model& model);

} // namespace vernier
