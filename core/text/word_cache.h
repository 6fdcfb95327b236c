#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace vernier {

/// Remembers the tokens of words seen lately: a table of fixed size in which a new word displaces the one in its place.
/// Not thread-safe.
class WordCache {
public:
    static constexpr std::size_t kLongestWord = 40;

    WordCache() : m_entries(kEntries) {}

    /// Tokens of a word of at most kLongestWord bytes; a null span when they are not known.
    std::span<const std::int32_t> find(std::string_view word) const {
        const Entry& entry = m_entries[place(word)];
        if (std::string_view(entry.word.data(), entry.wordSize) != word)
            return {};
        return {entry.tokens.data(), entry.tokenCount};
    }

    /// Remembers the tokens of a word; words that are too long or have too many tokens are not kept.
    void keep(std::string_view word, std::span<const std::int32_t> tokens);

private:
    static constexpr std::size_t kMostTokens = 12;
    static constexpr int kEntryBits = 15;
    static constexpr std::size_t kEntries = std::size_t{1} << kEntryBits;

    struct Entry {
        std::uint8_t wordSize = 0;
        std::uint8_t tokenCount = 0;
        std::array<char, kLongestWord> word;
        std::array<std::int32_t, kMostTokens> tokens;
    };

    static std::size_t place(std::string_view word);

    std::vector<Entry> m_entries;
};

} // namespace vernier
