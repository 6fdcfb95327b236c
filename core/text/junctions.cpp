#include "core/text/junctions.h"

#include "core/base/utf8.h"

#include <cstdint>

namespace vernier {

char32_t Junctions::firstOf(std::string_view text) const {
    std::size_t at = 0;
    return m_bytes ? static_cast<unsigned char>(text.front()) : nextCodePoint(text, at);
}

char32_t Junctions::lastOf(std::string_view text) const {
    std::size_t at = text.size() - 1;
    while (!m_bytes && at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
        --at;
    return firstOf(text.substr(at));
}

void Junctions::add(std::string_view left, std::string_view right) {
    if (left.empty() || right.empty())
        return;
    const char32_t before = lastOf(left), behind = firstOf(right);
    if (before < 256 && behind < 256)
        m_low.set(before * 256 + behind);
    else
        m_high.insert(std::uint64_t{before} << 32 | behind);
}

bool Junctions::joins(char32_t left, char32_t right) const {
    if (left < 256 && right < 256)
        return m_low[left * 256 + right];
    return m_high.contains(std::uint64_t{left} << 32 | right);
}

std::size_t Junctions::firstPart(std::string_view text) const {
    std::size_t at = 0;
    const auto next = [&] { return m_bytes ? static_cast<unsigned char>(text[at++]) : nextCodePoint(text, at); };
    for (char32_t before = next(); at < text.size();) {
        const std::size_t border = at;
        const char32_t behind = next();
        if (!joins(before, behind))
            return border;
        before = behind;
    }
    return text.size();
}

} // namespace vernier
