#include "core/tensor/dtype.h"

#include "core/base/error.h"

#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace vernier {

namespace {

struct DTypeFact {
    DType type;
    std::string_view name;
    std::size_t bytes;
};
constexpr std::array kFacts = {DTypeFact{DType::F32, "F32", 4},   DTypeFact{DType::F16, "F16", 2},
                               DTypeFact{DType::BF16, "BF16", 2}, DTypeFact{DType::F64, "F64", 8},
                               DTypeFact{DType::I64, "I64", 8},   DTypeFact{DType::I32, "I32", 4},
                               DTypeFact{DType::I16, "I16", 2},   DTypeFact{DType::I8, "I8", 1},
                               DTypeFact{DType::U8, "U8", 1},     DTypeFact{DType::Bool, "BOOL", 1}};

template <class Stored, class Convert>
void widenEach(std::span<const std::byte> bytes, std::span<float> out, Convert convert) {
    for (std::size_t i = 0; i < out.size(); ++i) {
        Stored stored;
        std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
        out[i] = convert(stored);
    }
}

} // namespace

std::string_view name(DType type) {
    return kFacts[static_cast<std::size_t>(type)].name;
}

std::optional<DType> dtypeFromName(std::string_view name) {
    for (const DTypeFact& fact : kFacts)
        if (fact.name == name)
            return fact.type;
    return std::nullopt;
}

std::size_t bytesPerElement(DType type) {
    return kFacts[static_cast<std::size_t>(type)].bytes;
}

float floatFromF16(std::uint16_t bits) {
    const std::uint32_t sign = std::uint32_t{bits} >> 15 << 31;
    const std::uint32_t exponent = bits >> 10 & 31, mantissa = bits & 1023u;
    if (exponent == 31)
        return std::bit_cast<float>(sign | 0x7F800000u | mantissa << 13);
    if (exponent == 0) {
        const float magnitude = std::ldexp(static_cast<float>(mantissa), -24);
        return sign ? -magnitude : magnitude;
    }
    return std::bit_cast<float>(sign | (exponent + 112) << 23 | mantissa << 13);
}

std::uint16_t f16FromFloat(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000u);
    const float magnitude = std::fabs(value);
    if (std::isnan(value))
        return static_cast<std::uint16_t>(sign | 0x7E00u);
    if (magnitude >= 65520.0f) // halfway between the largest half and the next step rounds to infinity
        return static_cast<std::uint16_t>(sign | 0x7C00u);
    if (magnitude < 6.103515625e-05f) // subnormal: a multiple of 2^-24
        return static_cast<std::uint16_t>(sign | static_cast<std::uint32_t>(std::nearbyint(std::ldexp(magnitude, 24))));
    const std::uint32_t kept = std::bit_cast<std::uint32_t>(magnitude) - (112u << 23);
    const std::uint32_t rounded = kept + 0x0FFFu + (kept >> 13 & 1u);
    return static_cast<std::uint16_t>(sign | rounded >> 13);
}

void widen(std::span<const std::byte> bytes, DType type, std::span<float> out) {
    if (bytes.size() != out.size() * bytesPerElement(type))
        throw Error(ErrorKind::Internal, {}, "a tensor's bytes do not fit its elements");
    switch (type) {
    case DType::F32:
        std::memcpy(out.data(), bytes.data(), bytes.size());
        return;
    case DType::BF16:
        return widenEach<std::uint16_t>(bytes, out, floatFromBf16);
    case DType::F16:
        return widenEach<std::uint16_t>(bytes, out, floatFromF16);
    default:
        throw Error(ErrorKind::Unsupported, {}, fmt::format("weights of type {} cannot be read", name(type)),
                    "convert the checkpoint to F32, F16 or BF16");
    }
}

} // namespace vernier
