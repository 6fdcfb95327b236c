#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace vernier {

/// Finds all of a set of texts that begin at a place: a trie of bytes whose children lie side by side, in order.
/// Immutable.
class PrefixTrie {
public:
    /// Of texts and their ids; of equal texts the last one counts, empty ones are left out.
    explicit PrefixTrie(std::vector<std::pair<std::string_view, std::int32_t>> texts);

    /// Calls visit(length, id) for every entered text that text begins with, shortest first.
    template <class Visit>
    void forEachPrefix(std::string_view text, Visit visit) const {
        std::uint32_t node = text.empty() ? 0 : m_first[static_cast<unsigned char>(text.front())];
        for (std::size_t length = 1; node != 0; ++length) {
            if (m_nodes[node].id >= 0)
                visit(length, m_nodes[node].id);
            node = length < text.size() ? child(node, static_cast<unsigned char>(text[length])) : 0;
        }
    }

private:
    struct Node {
        std::uint32_t firstChild = 0;
        std::uint16_t children = 0;
        std::uint8_t label = 0;
        std::int32_t id = -1;
    };

    std::uint32_t child(std::uint32_t node, unsigned char label) const;

    std::vector<Node> m_nodes;                ///< breadth first; 0 is the root
    std::array<std::uint32_t, 256> m_first{}; ///< children of the root by label; 0 for none
};

} // namespace vernier
