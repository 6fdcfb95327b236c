#include "core/dataset/record_reader.h"

#include <algorithm>
#include <utility>

namespace vernier {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

/// Position behind the string that begins at text[at].
std::size_t stringEnd(std::string_view text, std::size_t at) {
    while ((at = text.find_first_of("\"\\", at + 1)) != std::string_view::npos) {
        if (text[at] == '"')
            return at + 1;
        ++at;
    }
    return text.size();
}

} // namespace

std::string_view trimSpace(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::optional<RecordBytes> LineReader::next() {
    while (m_at < m_text.size()) {
        const std::size_t end = std::min(m_text.find('\n', m_at), m_text.size());
        const std::string_view line = trimSpace(m_text.substr(m_at, end - m_at));
        m_at = std::min(end + 1, m_text.size());
        ++m_line;
        if (!line.empty())
            return RecordBytes{line, m_line};
    }
    return std::nullopt;
}

ListReader::ListReader(std::string_view text) : m_text(text) {
    skipSpace();
    moveTo(std::min(m_at + 1, m_text.size()));
}

std::optional<RecordBytes> ListReader::next() {
    if (m_isClosed)
        return std::nullopt;
    skipSpace();
    const std::size_t end = elementEnd();
    const RecordBytes element{trimSpace(m_text.substr(m_at, end - m_at)), m_line};
    moveTo(std::min(end + 1, m_text.size()));
    const bool isFirst = std::exchange(m_isFirst, false);
    if (end == m_text.size()) {
        m_isClosed = true;
        m_problem = "the list is not closed, the file seems to be cut off";
    } else if (m_text[end] == ']') {
        m_isClosed = true;
        skipSpace();
        if (m_at < m_text.size())
            m_problem = "something follows the end of the list";
    }
    // "[]" has no element and "[1," has one; elsewhere nothing between two commas is an element that is missing.
    if (element.bytes.empty() && m_isClosed && (isFirst || end == m_text.size()))
        return std::nullopt;
    return element;
}

std::size_t ListReader::elementEnd() const {
    std::size_t depth = 0;
    std::size_t at = m_at;
    while ((at = m_text.find_first_of("\"[]{},", at)) != std::string_view::npos) {
        const char c = m_text[at];
        if (c == '"') {
            at = stringEnd(m_text, at);
            continue;
        }
        if (c == '[' || c == '{')
            ++depth;
        else if (depth == 0 && c != '}')
            return at;
        else if (c != ',' && depth > 0)
            --depth;
        ++at;
    }
    return m_text.size();
}

void ListReader::moveTo(std::size_t position) {
    m_line += static_cast<std::uint64_t>(std::count(m_text.begin() + static_cast<std::ptrdiff_t>(m_at),
                                                    m_text.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
    m_at = position;
}

void ListReader::skipSpace() {
    moveTo(std::min(m_text.find_first_not_of(kSpace, m_at), m_text.size()));
}

} // namespace vernier
