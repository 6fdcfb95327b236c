#include "core/store/code_packing.h"

#include "core/base/error.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

// Eight codes fill exactly `bits` bytes, so a row is a run of words of at most 64 bits.
constexpr std::size_t kCodesPerWord = 8;

void packRow(const std::uint8_t* codes, std::size_t count, unsigned bits, std::uint8_t* packed) {
    for (std::size_t first = 0; first < count; first += kCodesPerWord, packed += bits) {
        const std::size_t codesHere = std::min(kCodesPerWord, count - first);
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < codesHere; ++i)
            word |= std::uint64_t{codes[first + i]} << (i * bits);
        for (std::size_t byte = 0; byte < (codesHere * bits + 7) / 8; ++byte)
            packed[byte] = static_cast<std::uint8_t>(word >> (8 * byte));
    }
}

void unpackRow(const std::uint8_t* packed, std::size_t count, unsigned bits, std::uint8_t* codes) {
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    for (std::size_t first = 0; first < count; first += kCodesPerWord, packed += bits) {
        const std::size_t codesHere = std::min(kCodesPerWord, count - first);
        std::uint64_t word = 0;
        for (std::size_t byte = 0; byte < (codesHere * bits + 7) / 8; ++byte)
            word |= std::uint64_t{packed[byte]} << (8 * byte);
        for (std::size_t i = 0; i < codesHere; ++i)
            codes[first + i] = static_cast<std::uint8_t>(word >> (i * bits) & mask);
    }
}

} // namespace

std::size_t packedRowBytes(Index cols, int bits) {
    return (static_cast<std::size_t>(cols) * static_cast<std::size_t>(bits) + 7) / 8;
}

std::vector<std::uint8_t> packCodes(std::span<const std::uint8_t> codes, Index rows, Index cols, int bits) {
    const auto width = static_cast<std::size_t>(cols), height = static_cast<std::size_t>(rows);
    const auto bitsPerCode = static_cast<unsigned>(bits);
    if (bits < 1 || bits > 8 || codes.size() != width * height)
        throw Error(ErrorKind::Internal, "codes", fmt::format("{} do not make [{}, {}]", codes.size(), rows, cols));
    if (std::any_of(codes.begin(), codes.end(), [&](std::uint8_t code) { return code >> bitsPerCode != 0; }))
        throw Error(ErrorKind::Internal, "codes", fmt::format("do not all fit into {} bits", bits));
    const std::size_t rowBytes = packedRowBytes(cols, bits);
    std::vector<std::uint8_t> packed(rowBytes * height);
    for (std::size_t row = 0; row < height; ++row)
        packRow(codes.data() + row * width, width, bitsPerCode, packed.data() + row * rowBytes);
    return packed;
}

std::vector<std::uint8_t> unpackCodes(std::span<const std::uint8_t> packed, Index rows, Index cols, int bits) {
    const auto width = static_cast<std::size_t>(cols), height = static_cast<std::size_t>(rows);
    const std::size_t rowBytes = packedRowBytes(cols, bits);
    if (bits < 1 || bits > 8 || packed.size() != rowBytes * height)
        throw Error(ErrorKind::Input, "codes",
                    fmt::format("{} bytes do not make [{}, {}] at {} bits", packed.size(), rows, cols, bits));
    std::vector<std::uint8_t> codes(width * height);
    for (std::size_t row = 0; row < height; ++row)
        unpackRow(packed.data() + row * rowBytes, width, static_cast<unsigned>(bits), codes.data() + row * width);
    return codes;
}

} // namespace vernier
