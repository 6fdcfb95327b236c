#pragma once

#include "core/export/safetensors_writer.h"
#include "core/model/checkpoint.h"
#include "core/quantize/quantized_linear.h"

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

// What the layouts of quantized linears share: making tensors of numbers, and reading them with every shape, range and
// size checked.

template <class T>
TensorBytes tensorOf(std::string name, DType type, std::vector<std::int64_t> shape, std::span<const T> values) {
    TensorBytes tensor{std::move(name), type, std::move(shape), std::vector<std::byte>(values.size_bytes())};
    std::memcpy(tensor.bytes.data(), values.data(), values.size_bytes());
    return tensor;
}

/// The scales of a linear as 16-bit numbers, [out, groups]. Throws Error{Unsupported} naming module, row and group
/// where type (F16 or BF16) cannot hold one exactly.
std::vector<std::uint16_t> scalesAs(const QuantizedLinear& linear, std::string_view module, DType type);

/// rows and columns exchanged: [rows, cols] to [cols, rows].
template <class T>
std::vector<T> transposed(std::span<const T> from, Index rows, Index cols) {
    std::vector<T> to(from.size());
    for (Index row = 0; row < rows; ++row)
        for (Index col = 0; col < cols; ++col)
            to[static_cast<std::size_t>(col * rows + row)] = from[static_cast<std::size_t>(row * cols + col)];
    return to;
}

/// The elements of a stored tensor. Throws Error{Input} naming the tensor when it is missing or has another type or
/// shape.
template <class T>
std::vector<T> storedValues(const Checkpoint& checkpoint, const std::string& name, DType type,
                            const std::vector<std::int64_t>& shape, const JobContext& job);

/// Stored scales, F16, BF16 or F32, as floats. Throws as storedValues, Error{Numeric} where one is not finite.
std::vector<float> storedScales(const Checkpoint& checkpoint, const std::string& name,
                                const std::vector<std::int64_t>& shape, const JobContext& job);

/// The shape of a stored matrix. Throws Error{Input} when it is missing or is none.
std::pair<Index, Index> storedShape(const Checkpoint& checkpoint, const std::string& name);

/// A stored group index [in]: nothing when every column is in the group of its place, else checked to name groups that
/// there are.
std::vector<std::int32_t> storedGroupIndex(const Checkpoint& checkpoint, const std::string& name, Index in,
                                           Index groups, const JobContext& job);

/// A linear to be filled in with what a file says: `bits`, groups of in / groups columns, F16 scales. Throws
/// Error{Input} naming the module when groups do not divide in.
QuantizedLinear linearFromFile(const std::string& module, Index out, Index in, Index groups, int bits);

} // namespace vernier
