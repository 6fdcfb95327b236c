#pragma once

#include "core/export/linear_tensors.h"

namespace vernier {

/// The tensors of a linear as AutoAWQ's GEMM kernels lay them out: qweight int32 [in, out/8] and qzeros int32 [groups,
/// out/8], both packed along out, the nibbles of a word holding columns 0, 2, 4, 6, 1, 3, 5, 7; scales f16 [groups,
/// out]. 4 bits, out a multiple of 8, groups in the order of columns.
std::vector<TensorBytes> awqTensors(const std::string& module, const QuantizedLinear& linear);

/// Reads the tensors back. Throws Error{Input} naming what does not fit.
QuantizedLinear readAwqLinear(const Checkpoint& checkpoint, const std::string& module, Index out, Index in,
                              const JobContext& job = {});

/// Eight codes of 4 bits as a word, and back.
std::uint32_t awqWord(std::span<const std::uint8_t, 8> codes);
void awqCodes(std::uint32_t word, std::span<std::uint8_t, 8> codes);

} // namespace vernier
