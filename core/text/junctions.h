#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace vernier {

/// Knows which two neighbouring characters any merge can ever join. Between all others a long word may be cut without
/// changing a single token, which keeps words short even where the tokenizer itself does not cut (Llama 2).
class Junctions {
public:
    /// With bytes, the characters are bytes; else code points of UTF-8.
    explicit Junctions(bool bytes) : m_bytes(bytes) {}

    /// Notes that a token with the text left may be merged with one with the text right.
    void add(std::string_view left, std::string_view right);

    /// Length of the first part of text, cut at the first border that no merge crosses; the whole text if there is
    /// none.
    std::size_t firstPart(std::string_view text) const;

private:
    char32_t firstOf(std::string_view text) const;
    char32_t lastOf(std::string_view text) const;
    bool joins(char32_t left, char32_t right) const;

    bool m_bytes;
    std::bitset<256 * 256> m_low;             ///< pairs of characters below 256
    std::unordered_set<std::uint64_t> m_high; ///< all others
};

} // namespace vernier
