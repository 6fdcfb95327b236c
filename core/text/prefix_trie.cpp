#include "core/text/prefix_trie.h"

#include <algorithm>

namespace vernier {

PrefixTrie::PrefixTrie(std::vector<std::pair<std::string_view, std::int32_t>> texts) {
    std::ranges::stable_sort(texts, {}, [](const auto& text) { return text.first; });
    /// Is the part of the sorted texts that a node leads to.
    struct Part {
        std::size_t begin, end, depth;
    };
    std::vector<Part> parts{{0, texts.size(), 0}};
    m_nodes.emplace_back();
    for (std::size_t at = 0; at < parts.size(); ++at) {
        auto [begin, end, depth] = parts[at];
        for (; begin < end && texts[begin].first.size() == depth; ++begin)
            if (depth > 0)
                m_nodes[at].id = texts[begin].second;
        m_nodes[at].firstChild = static_cast<std::uint32_t>(m_nodes.size());
        while (begin < end) {
            const char label = texts[begin].first[depth];
            std::size_t next = begin;
            while (next < end && texts[next].first[depth] == label)
                ++next;
            if (at == 0)
                m_first[static_cast<unsigned char>(label)] = static_cast<std::uint32_t>(m_nodes.size());
            ++m_nodes[at].children;
            m_nodes.push_back({.label = static_cast<std::uint8_t>(label)});
            parts.push_back({begin, next, depth + 1});
            begin = next;
        }
    }
}

std::uint32_t PrefixTrie::child(std::uint32_t node, unsigned char label) const {
    const auto first = m_nodes.begin() + m_nodes[node].firstChild, last = first + m_nodes[node].children;
    const auto found = std::lower_bound(first, last, label, [](const Node& a, unsigned char b) { return a.label < b; });
    return found != last && found->label == label ? static_cast<std::uint32_t>(found - m_nodes.begin()) : 0;
}

} // namespace vernier
