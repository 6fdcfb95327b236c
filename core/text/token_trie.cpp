#include "core/text/token_trie.h"

namespace vernier {

void TokenTrie::add(std::string_view text, std::int32_t id) {
    if (text.empty())
        return;
    m_starts[static_cast<unsigned char>(text.front())] = true;
    std::uint32_t node = 0;
    for (const char byte : text)
        node = m_edges.try_emplace(edge(node, byte), static_cast<std::uint32_t>(m_edges.size() + 1)).first->second;
    m_ends.try_emplace(node, id);
}

std::optional<TokenTrie::Match> TokenTrie::find(std::string_view text, std::size_t from) const {
    if (m_ends.empty())
        return std::nullopt;
    for (std::size_t begin = from; begin < text.size(); ++begin)
        if (m_starts[static_cast<unsigned char>(text[begin])])
            if (auto match = matchAt(text, begin))
                return match;
    return std::nullopt;
}

std::optional<TokenTrie::Match> TokenTrie::matchAt(std::string_view text, std::size_t begin) const {
    std::optional<Match> longest;
    std::uint32_t node = 0;
    for (std::size_t at = begin; at < text.size(); ++at) {
        const auto next = m_edges.find(edge(node, text[at]));
        if (next == m_edges.end())
            break;
        node = next->second;
        if (const auto end = m_ends.find(node); end != m_ends.end())
            longest = Match{{begin, at + 1}, end->second};
    }
    return longest;
}

} // namespace vernier
