#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vernier {

/// Codes as 32-bit words, without gaps, counted from the lowest bit of the first word: code c lies at bits c·bits …
/// of the stream. With bits that divide 32 this is what GPTQ and compressed-tensors store; with 3 it is GPTQ's
/// 10 | 1 | 10 | 1 | 10 pattern as well.
constexpr std::size_t wordsFor(std::size_t codes, int bits) {
    return (codes * static_cast<std::size_t>(bits) + 31) / 32;
}

/// Packs codes below 2^bits, 1 … 8 bits, into wordsFor(codes) words; what the last word has left is 0.
void packWords(std::span<const std::uint8_t> codes, int bits, std::span<std::uint32_t> words);

/// Undoes packWords; whatever the words are, every code is below 2^bits.
void unpackWords(std::span<const std::uint32_t> words, int bits, std::span<std::uint8_t> codes);

} // namespace vernier
