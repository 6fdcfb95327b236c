#include "core/text/fallback_bytes.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

FallbackBytes::FallbackBytes(const Vocabulary& vocabulary, bool enabled) {
    for (unsigned byte = 0; byte < m_tokens.size(); ++byte)
        m_tokens[byte] = enabled ? vocabulary.find(fmt::format("<0x{:02X}>", byte)).value_or(-1) : -1;
}

bool FallbackBytes::append(std::string_view text, std::vector<std::int32_t>& tokens) const {
    const auto tokenOf = [&](char c) { return m_tokens[static_cast<unsigned char>(c)]; };
    if (!std::ranges::all_of(text, [&](char c) { return tokenOf(c) >= 0; }))
        return false;
    for (const char c : text)
        tokens.push_back(tokenOf(c));
    return true;
}

std::optional<char> FallbackBytes::byteOf(std::int32_t id) const {
    const auto found = std::ranges::find(m_tokens, id);
    if (id < 0 || found == m_tokens.end())
        return std::nullopt;
    return static_cast<char>(found - m_tokens.begin());
}

} // namespace vernier
