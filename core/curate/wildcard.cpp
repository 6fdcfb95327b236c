#include "core/curate/wildcard.h"

#include "core/base/utf8.h"
#include "core/curate/text_search.h"

namespace vernier {

Wildcard::Wildcard(std::string_view pattern) : m_pattern(foldCase(pattern)) {}

bool Wildcard::matches(std::string_view name) const {
    const std::string text = foldCase(name);
    // Only the last star needs to be taken back: what stands before it fits already.
    std::size_t at = 0, in = 0, star = std::string::npos, starAt = 0;
    while (at < text.size()) {
        if (in < m_pattern.size() && m_pattern[in] == '*') {
            star = in++;
            starAt = at;
        } else if (in < m_pattern.size() && m_pattern[in] == '?') {
            ++in;
            nextCodePoint(text, at);
        } else if (in < m_pattern.size() && m_pattern[in] == text[at]) {
            ++in, ++at;
        } else if (star != std::string::npos) {
            in = star + 1;
            nextCodePoint(text, starAt);
            at = starAt;
        } else {
            return false;
        }
    }
    while (in < m_pattern.size() && m_pattern[in] == '*')
        ++in;
    return in == m_pattern.size();
}

} // namespace vernier
