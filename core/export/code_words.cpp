#include "core/export/code_words.h"

namespace vernier {

void packWords(std::span<const std::uint8_t> codes, int bits, std::span<std::uint32_t> words) {
    std::uint64_t held = 0;
    int have = 0;
    std::size_t word = 0;
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
