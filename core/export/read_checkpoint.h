#pragma once

#include "core/model/model.h"

namespace vernier {

/// The linears of a quantized checkpoint as floats: what its codes say, by the full name of a linear, whatever of GPTQ,
/// AWQ GEMM and compressed-tensors (pack-quantized, int-quantized) its config.json declares; nothing for linears that
/// it keeps in full precision. Empty (no function) for a checkpoint that is not quantized. Everything is checked
/// against the architecture before it is believed; throws Error{Input} naming tensor and problem, Error{Unsupported}
/// for methods and layouts that Vernier does not know. Refers to the model.
LinearSource quantizedLinears(const Model& model);

} // namespace vernier
