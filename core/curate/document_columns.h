#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Stands for a number of tokens that is not known.
inline constexpr std::uint32_t kUnknownTokens = 0xFFFFFFFF;

/// Holds one name per document, each distinct name once.
struct NameColumn {
    std::span<const std::uint32_t> ids; ///< [documents], positions in names; empty when the column is not known
    std::span<const std::string> names;
};

/// Holds a list of tags per document, each distinct list once.
struct TagColumn {
    std::span<const std::uint32_t> ids; ///< [documents], positions in lists; empty when the column is not known
    std::span<const std::vector<std::string>> lists;
};

/// Names the documents of a set.
struct SetMembers {
    std::string_view name;
    std::span<const std::uint32_t> documents; ///< rows, in any order; those outside the table are ignored
};

/// Shows a corpus as columns, for filtering and sorting a table of documents. Row i of every column is document i. Only
/// count and texts are always there: what has not been computed is an empty span. Owns nothing.
struct DocumentColumns {
    std::size_t count = 0;
    std::span<const std::string_view> texts;     ///< valid UTF-8
    std::span<const std::uint8_t> conversations; ///< 1 for conversations
    NameColumn domains, sources, languages, scripts;
    TagColumn tags;
    std::span<const std::uint32_t> tokens;      ///< of the document alone; kUnknownTokens where it is not known yet
    std::span<const float> perplexity;          ///< NaN where it is not known yet
    std::span<const std::uint32_t> duplicateOf; ///< row of the first document of its cluster; its own row when alone
    std::span<const float> coverageGain;        ///< what it adds to the selection; NaN where it is not known
    std::span<const std::uint8_t> chosen;       ///< 1 for documents of the set that is being looked at
    std::vector<SetMembers> sets;
};

} // namespace vernier
