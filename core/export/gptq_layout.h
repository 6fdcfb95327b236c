#pragma once

#include "core/export/linear_tensors.h"

namespace vernier {

/// Is which zero points a GPTQ file stores: v1 (AutoGPTQ, and the default everywhere) zero − 1, v2 the zero itself.
enum class GptqVersion { V1, V2 };

/// The tensors of a linear as GPTQ's tools lay them out: qweight int32 [in·bits/32, out], codes packed along in;
/// qzeros int32 [groups, out·bits/32], packed along out; scales f16 [groups, out]; g_idx int32 [in]. 2, 3, 4 or 8 bits,
/// in and out multiples of 32. In v1 a zero point of 0 wraps around to 2^bits − 1, which requireGptqZeros() refuses.
std::vector<TensorBytes> gptqTensors(const std::string& module, const QuantizedLinear& linear, GptqVersion version);

/// Throws Error{Unsupported} where a zero point of 0 cannot stand in a v1 file: readers that add 1 without wrapping
/// take it for 2^bits.
void requireGptqZeros(const std::string& module, const QuantizedLinear& linear);

/// Reads the tensors back. Bits are found from the shapes. Throws Error{Input} naming what does not fit.
QuantizedLinear readGptqLinear(const Checkpoint& checkpoint, const std::string& module, Index out, Index in,
                               GptqVersion version, const JobContext& job = {});

} // namespace vernier
