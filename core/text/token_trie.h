#pragma once

#include "core/text/regex.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace vernier {

/// Finds any of a set of texts in another one: the leftmost, and the longest of those.
class TokenTrie {
public:
    struct Match {
        TextSpan span;
        std::int32_t id = 0;
    };

    /// Enters a text; empty ones and ones already there are left out.
    void add(std::string_view text, std::int32_t id);

    /// The first match that begins at or after from.
    std::optional<Match> find(std::string_view text, std::size_t from) const;

private:
    std::optional<Match> matchAt(std::string_view text, std::size_t begin) const;

    static std::uint64_t edge(std::uint32_t node, char byte) {
        return std::uint64_t{node} << 8 | static_cast<unsigned char>(byte);
    }

    std::array<bool, 256> m_starts{};                         ///< the first bytes of the texts
    std::unordered_map<std::uint64_t, std::uint32_t> m_edges; ///< edge to node; 0 is the root
    std::unordered_map<std::uint32_t, std::int32_t> m_ends;   ///< node to id
};

} // namespace vernier
