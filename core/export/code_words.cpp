#include "core/export/code_words.h"

#include <bit>
#include <cstring>

namespace vernier {

namespace {

// Eight codes below 16, one a byte, as eight nibbles; the first becomes the lowest.
std::uint32_t nibbles(std::uint64_t bytes) {
    bytes = (bytes | bytes >> 4) & 0x00FF00FF00FF00FFu;
    bytes = (bytes | bytes >> 8) & 0x0000FFFF0000FFFFu;
    return static_cast<std::uint32_t>(bytes | bytes >> 16);
}

} // namespace

void packWords(std::span<const std::uint8_t> codes, int bits, std::span<std::uint32_t> words) {
    std::uint64_t held = 0;
    int have = 0;
    std::size_t word = 0;
    if (bits == 4 && std::endian::native == std::endian::little) {
        for (; codes.size() >= 8; codes = codes.subspan(8)) {
            std::uint64_t eight;
            std::memcpy(&eight, codes.data(), sizeof eight);
            words[word++] = nibbles(eight);
        }
    }
    for (const std::uint8_t code : codes) {
        held |= std::uint64_t{code} << have;
        have += bits;
        if (have >= 32) {
            words[word++] = static_cast<std::uint32_t>(held);
            held >>= 32;
            have -= 32;
        }
    }
    if (have > 0)
        words[word] = static_cast<std::uint32_t>(held);
}

void unpackWords(std::span<const std::uint32_t> words, int bits, std::span<std::uint8_t> codes) {
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    std::uint64_t held = 0;
    int have = 0;
    std::size_t word = 0;
    for (std::uint8_t& code : codes) {
        if (have < bits) {
            held |= std::uint64_t{words[word++]} << have;
            have += 32;
        }
        code = static_cast<std::uint8_t>(held & mask);
        held >>= bits;
        have -= bits;
    }
}

} // namespace vernier
