#include "core/dataset/import/scanners.h"

namespace vernier {

std::size_t LineScanner::end(std::string_view text) {
    const std::size_t at = text.find('\n', m_at);
    m_at = text.size();
    return at == std::string_view::npos ? at : at + 1;
}

std::size_t BlockScanner::end(std::string_view text) {
    for (; m_at < text.size(); ++m_at) {
        const char c = text[m_at];
        if (c == '\n') {
            if (m_hasText && !m_lineHasText)
                return m_at + 1;
            m_hasText |= m_lineHasText;
            m_lineHasText = false;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            m_lineHasText = true;
        }
    }
    return std::string_view::npos;
}

std::size_t ElementScanner::end(std::string_view text) {
    while (m_at < text.size()) {
        const char c = text[m_at++];
        if (m_isEscaped)
            m_isEscaped = false;
        else if (m_isInString) {
            m_isEscaped = c == '\\';
            m_isInString = c != '"';
        } else if (c == '"')
            m_isInString = true;
        else if (c == '[' || c == '{')
            ++m_depth;
        else if (m_depth == 0 && (c == ',' || c == ']'))
            return m_at;
        else if (m_depth > 0 && (c == ']' || c == '}'))
            --m_depth;
    }
    return std::string_view::npos;
}

std::size_t RowScanner::end(std::string_view text) {
    while (m_at < text.size()) {
        const char c = text[m_at++];
        if (m_isInQuotes) {
            m_isInQuotes = c != '"';
            m_hasJustClosed = !m_isInQuotes;
            continue;
        }
        const bool isDoubled = m_hasJustClosed && c == '"';
        m_hasJustClosed = false;
        if (c == '\n')
            return m_at;
        if (c == '"' && (m_isFieldStart || isDoubled)) {
            m_isInQuotes = true;
            m_isFieldStart = false;
        } else {
            m_isFieldStart = c == m_delimiter;
        }
    }
    return std::string_view::npos;
}

} // namespace vernier
