#pragma once

#include "core/export/linear_tensors.h"

#include <optional>

namespace vernier {

// The layouts of the compressed-tensors library (vLLM's llm-compressor). Scales, F16 or BF16, and everything else are
// [out, …], not transposed.

/// pack-quantized: weight_packed int32 [out, in·bits/32], value + 2^(bits−1), along in; weight_scale [out, groups];
/// for asymmetric grids weight_zero_point int32 [out·bits/32, groups], packed along out; weight_shape int64 [2]; where
/// columns are not in the group of their place, weight_g_idx int32 [in].
std::vector<TensorBytes> packQuantizedTensors(const std::string& module, const QuantizedLinear& linear, DType scales);

/// int-quantized: weight int8 [out, in], weight_scale [out, 1]; symmetric, 8 bits, one group per row; with static
/// activation grids also input_scale float32 [1].
std::vector<TensorBytes> intQuantizedTensors(const std::string& module, const QuantizedLinear& linear, DType scales,
                                             std::optional<float> inputScale = std::nullopt);

/// Reads a linear of either layout back. bits is what the configuration says of it. Throws Error{Input} naming what
/// does not fit.
QuantizedLinear readCompressedLinear(const Checkpoint& checkpoint, const std::string& module, Index out, Index in,
                                     int bits, const JobContext& job = {});

} // namespace vernier
