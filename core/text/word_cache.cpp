#include "core/text/word_cache.h"

#include <algorithm>
#include <cstring>

namespace vernier {

std::size_t WordCache::place(std::string_view word) {
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15u;
    std::uint64_t hash = word.size();
    while (!word.empty()) {
        std::uint64_t chunk = 0;
        const std::size_t n = std::min<std::size_t>(word.size(), sizeof chunk);
        std::memcpy(&chunk, word.data(), n);
        hash = (hash ^ chunk) * kFactor;
        hash ^= hash >> 32;
        word.remove_prefix(n);
    }
    return static_cast<std::size_t>(hash * kFactor >> (64 - kEntryBits));
}

void WordCache::keep(std::string_view word, std::span<const std::int32_t> tokens) {
    if (word.empty() || word.size() > kLongestWord || tokens.empty() || tokens.size() > kMostTokens)
        return;
    Entry& entry = m_entries[place(word)];
    entry.wordSize = static_cast<std::uint8_t>(word.size());
    entry.tokenCount = static_cast<std::uint8_t>(tokens.size());
    std::copy(word.begin(), word.end(), entry.word.begin());
    std::copy(tokens.begin(), tokens.end(), entry.tokens.begin());
}

} // namespace vernier
