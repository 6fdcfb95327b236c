#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace vernier {

/// Is the element type of a stored tensor, under its safetensors name.
enum class DType { F32, F16, BF16, F64, I64, I32, I16, I8, U8, Bool };

std::string_view name(DType type);
std::optional<DType> dtypeFromName(std::string_view name);
std::size_t bytesPerElement(DType type);

/// Widens bfloat16 (the upper half of an IEEE binary32).
inline float floatFromBf16(std::uint16_t bits) {
    return std::bit_cast<float>(std::uint32_t{bits} << 16);
}

/// Widens IEEE binary16, subnormals, infinities and NaN included.
float floatFromF16(std::uint16_t bits);

/// Rounds to IEEE binary16, half to even; too large values become infinities.
std::uint16_t f16FromFloat(float value);

/// Widens stored F32, F16 or BF16 elements (little-endian, any alignment) to floats; out has as many elements as bytes
/// hold. Throws Error{Unsupported} for other types.
void widen(std::span<const std::byte> bytes, DType type, std::span<float> out);

} // namespace vernier
