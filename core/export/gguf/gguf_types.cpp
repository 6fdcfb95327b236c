#include "core/export/gguf/gguf_types.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::size_t kBlock = 32, kHalf = kBlock / 2;

constexpr std::array<GgmlTypeFacts, 8> kTypes = {{
    {GgmlType::F32, "F32", 1, 4, 0},
    {GgmlType::F16, "F16", 1, 2, 1},
    {GgmlType::Q4_0, "Q4_0", 32, 18, 2},
    {GgmlType::Q4_1, "Q4_1", 32, 20, 3},
    {GgmlType::Q5_0, "Q5_0", 32, 22, 8},
    {GgmlType::Q5_1, "Q5_1", 32, 24, 9},
    {GgmlType::Q8_0, "Q8_0", 32, 34, 7},
    {GgmlType::BF16, "BF16", 1, 2, 32},
}};

bool hasMinimum(GgmlType type) {
    return type == GgmlType::Q4_1 || type == GgmlType::Q5_1;
}
bool hasFifthBits(GgmlType type) {
    return type == GgmlType::Q5_0 || type == GgmlType::Q5_1;
}

/// The code that stands for zero where no minimum is stored.
int middleOf(GgmlType type) {
    return type == GgmlType::Q4_0 ? 8 : type == GgmlType::Q5_0 ? 16 : type == GgmlType::Q8_0 ? 128 : 0;
}

std::uint16_t exactHalf(float value, const char* what, std::string_view module, Index row, std::size_t block) {
    const std::uint16_t half = f16FromFloat(value);
    if (floatFromF16(half) != value)
        throw Error(ErrorKind::Unsupported, std::string(module),
                    fmt::format("the {} {} of row {}, block {} is no F16 number", what, value, row, block),
                    "make the run with scale_type f16 (vernier quantize --scale-type f16)");
    return half;
}

/// Writes codes of 4, 5 or 8 bits behind scale and minimum; element j shares a byte with element j + 16.
void putCodes(const std::array<std::uint8_t, kBlock>& codes, GgmlType type, std::byte* out) {
    if (type == GgmlType::Q8_0) {
        for (std::size_t j = 0; j < kBlock; ++j)
            out[j] = static_cast<std::byte>(codes[j] - 128);
        return;
    }
    if (hasFifthBits(type)) {
        std::uint32_t fifth = 0;
        for (std::size_t j = 0; j < kBlock; ++j)
            fifth |= static_cast<std::uint32_t>(codes[j] >> 4 & 1) << j;
        std::memcpy(out, &fifth, sizeof(fifth));
        out += sizeof(fifth);
    }
    for (std::size_t j = 0; j < kHalf; ++j)
        out[j] = static_cast<std::byte>((codes[j] & 15) | (codes[j + kHalf] & 15) << 4);
}

std::array<int, kBlock> getCodes(const std::byte* in, GgmlType type) {
    std::array<int, kBlock> codes{};
    if (type == GgmlType::Q8_0) {
        for (std::size_t j = 0; j < kBlock; ++j)
            codes[j] = static_cast<std::int8_t>(in[j]) + 128;
        return codes;
    }
    std::uint32_t fifth = 0;
    if (hasFifthBits(type)) {
        std::memcpy(&fifth, in, sizeof(fifth));
        in += sizeof(fifth);
    }
    for (std::size_t j = 0; j < kHalf; ++j) {
        codes[j] = std::to_integer<int>(in[j]) & 15;
        codes[j + kHalf] = std::to_integer<int>(in[j]) >> 4;
    }
    for (std::size_t j = 0; j < kBlock; ++j)
        codes[j] |= static_cast<int>(fifth >> j & 1) << 4;
    return codes;
}

} // namespace

const GgmlTypeFacts* ggmlTypeFacts(std::uint32_t type) {
    const auto found =
        std::ranges::find(kTypes, type, [](const GgmlTypeFacts& f) { return static_cast<std::uint32_t>(f.type); });
    return found == kTypes.end() ? nullptr : &*found;
}

const GgmlTypeFacts& ggmlTypeFacts(GgmlType type) {
    return *ggmlTypeFacts(static_cast<std::uint32_t>(type));
}

GgmlType ggmlTypeOf(DType type) {
    if (type == DType::F32)
        return GgmlType::F32;
    if (type == DType::F16)
        return GgmlType::F16;
    if (type == DType::BF16)
        return GgmlType::BF16;
    throw Error(ErrorKind::Unsupported, std::string(name(type)), "is no type of weights",
                "convert the checkpoint to F32, F16 or BF16");
}

std::optional<GgmlType> ggmlTypeOf(const Scheme& scheme, Index in) {
    switch (scheme.format) {
    case NumberFormat::Q4_0:
        return GgmlType::Q4_0;
    case NumberFormat::Q4_1:
        return GgmlType::Q4_1;
    case NumberFormat::Q5_0:
        return GgmlType::Q5_0;
    case NumberFormat::Q5_1:
        return GgmlType::Q5_1;
    case NumberFormat::Q8_0:
        return GgmlType::Q8_0;
    case NumberFormat::Integer:
        if (!scheme.symmetric || scheme.groupSize == 0 || scheme.groupWidth(in) % static_cast<Index>(kBlock) != 0)
            return std::nullopt;
        return scheme.bits <= 4 ? GgmlType::Q4_0 : scheme.bits == 5 ? GgmlType::Q5_0 : GgmlType::Q8_0;
    case NumberFormat::Fp8E4M3:
    case NumberFormat::Mxfp4:
    case NumberFormat::Nvfp4:
        break;
    }
    return std::nullopt;
}

void packBlocks(const QuantizedLinear& linear, Index row, GgmlType type, std::string_view module,
                std::span<std::byte> blocks) {
    const GgmlTypeFacts& facts = ggmlTypeFacts(type);
    const int middle = middleOf(type);
    const std::uint8_t* rowCodes = linear.codes.data() + row * linear.in;
    std::array<std::uint8_t, kBlock> codes{};
    for (std::size_t block = 0; block * facts.blockBytes < blocks.size(); ++block) {
        const auto column = static_cast<Index>(block * kBlock);
        const auto grid = static_cast<std::size_t>(row * linear.groups() + linear.groupOf(column));
        // Of integers of fewer bits the code that stands for zero moves to the middle of the type's.
        const int shift =
            hasMinimum(type)
                ? 0
                : middle - (linear.scheme.format == NumberFormat::Integer ? int{linear.zeros[grid]} : middle);
        for (std::size_t j = 0; j < kBlock; ++j)
            codes[j] = static_cast<std::uint8_t>(rowCodes[block * kBlock + j] + shift);
        std::byte* out = blocks.data() + block * facts.blockBytes;
        const std::uint16_t scale = exactHalf(linear.scales[grid], "scale", module, row, block);
        std::memcpy(out, &scale, sizeof(scale));
        out += sizeof(scale);
        if (hasMinimum(type)) {
            const std::uint16_t minimum = exactHalf(linear.minimums[grid], "minimum", module, row, block);
            std::memcpy(out, &minimum, sizeof(minimum));
            out += sizeof(minimum);
        }
        putCodes(codes, type, out);
    }
}

void unpackBlocks(std::span<const std::byte> blocks, GgmlType type, std::span<float> values) {
    switch (type) {
    case GgmlType::F32:
        return widen(blocks, DType::F32, values);
    case GgmlType::F16:
        return widen(blocks, DType::F16, values);
    case GgmlType::BF16:
        return widen(blocks, DType::BF16, values);
    default:
        break;
    }
    const GgmlTypeFacts& facts = ggmlTypeFacts(type);
    const int middle = middleOf(type);
    for (std::size_t block = 0; block * kBlock < values.size(); ++block) {
        const std::byte* in = blocks.data() + block * facts.blockBytes;
        std::array<std::uint16_t, 2> halves{};
        const std::size_t bytes = hasMinimum(type) ? 4 : 2;
        std::memcpy(halves.data(), in, bytes);
        const float scale = floatFromF16(halves[0]), minimum = hasMinimum(type) ? floatFromF16(halves[1]) : 0.0f;
        const auto codes = getCodes(in + bytes, type);
        for (std::size_t j = 0; j < kBlock; ++j)
            values[block * kBlock + j] = scale * static_cast<float>(codes[j] - middle) + minimum;
    }
}

} // namespace vernier
