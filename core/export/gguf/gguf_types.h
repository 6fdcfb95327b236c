#pragma once

#include "core/quantize/quantized_linear.h"
#include "core/tensor/dtype.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is how a tensor of a GGUF file is stored (ggml.h), as far as Vernier knows it.
enum class GgmlType : std::uint32_t { F32 = 0, F16 = 1, Q4_0 = 2, Q4_1 = 3, Q5_0 = 6, Q5_1 = 7, Q8_0 = 8, BF16 = 30 };

struct GgmlTypeFacts {
    GgmlType type;
    std::string_view name;
    std::int64_t blockElements; ///< elements of a row that are stored together
    std::size_t blockBytes;
    std::uint32_t fileType; ///< what general.file_type says when most tensors are of this type
};

/// The facts of a type's number, or nothing for one that Vernier does not know.
const GgmlTypeFacts* ggmlTypeFacts(std::uint32_t type);
const GgmlTypeFacts& ggmlTypeFacts(GgmlType type);

/// The type of stored weights, F32, F16 or BF16. Throws Error{Unsupported} for others.
GgmlType ggmlTypeOf(DType type);

/// The smallest block type that holds the codes of a scheme exactly: its own for llama.cpp's formats; for symmetric
/// integers in groups of whole blocks of 32, with float16 scales, Q4_0, Q5_0 or Q8_0. Nothing for others.
std::optional<GgmlType> ggmlTypeOf(const Scheme& scheme, Index in);

/// The codes of one row of a linear as blocks of a type that ggmlTypeOf gave for its scheme, in a multiple of 32
/// columns. Throws Error{Unsupported} naming module, row and group where a scale or minimum is no float16 number.
void packBlocks(const QuantizedLinear& linear, Index row, GgmlType type, std::string_view module,
                std::span<std::byte> blocks);

/// What `elements` elements stored as a type say. blocks holds as many bytes as they take.
void unpackBlocks(std::span<const std::byte> blocks, GgmlType type, std::span<float> values);

} // namespace vernier
