#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// A text with its letters in one case, so that texts that differ in case alone become equal. Letters whose two forms
/// do not have the same length in UTF-8 stay as they are, and so do those outside ASCII, Latin-1, Greek and Cyrillic;
/// invalid sequences become U+FFFD.
std::string foldCase(std::string_view text);

/// Finds a phrase in texts whatever the case of its letters, as foldCase() sees them. Compares 64 places at once.
/// Immutable; any number of threads may call it.
class TextSearch {
public:
    /// An empty phrase is found everywhere.
    explicit TextSearch(std::string_view phrase);

    bool foundIn(std::string_view text) const;

private:
    bool matchesAt(const char* place) const;
    bool foundBetween(const char* text, std::size_t first, std::size_t end) const;

    std::string m_lower, m_upper;             ///< both forms of the phrase, of the same length
    std::vector<std::size_t> m_starts;        ///< where its characters begin, and the length
    std::size_t m_rare = 0, m_secondRare = 0; ///< the two bytes of it that are looked for first
};

} // namespace vernier
