#include "core/dataset/import/record_stream.h"

#include <algorithm>
#include <utility>

namespace vernier {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::uint64_t lineBreaks(std::string_view text) {
    return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

void RecordStream::drop(std::size_t count) {
    m_line += lineBreaks(m_text.view().substr(0, count));
    m_text.consume(count);
}

std::optional<RecordBytes> RecordStream::next() {
    drop(std::exchange(m_used, 0));
    m_scanner.restart();
    const std::uint64_t line = m_line;
    std::uint64_t dropped = 0;
    while (true) {
        const std::string_view view = m_text.view();
        const std::size_t end = m_scanner.end(view);
        const bool isClosed = end != std::string_view::npos;
        if (!isClosed && view.size() > kMaxRecordBytes) {
            dropped += view.size();
            drop(view.size());
            m_scanner.forget();
        } else if (isClosed || !m_text.more()) {
            m_used = isClosed ? end : m_text.view().size();
            if (m_used + dropped == 0)
                return std::nullopt;
            const char closedBy = isClosed ? view[end - 1] : char{0};
            if (dropped > 0)
                return RecordBytes{{}, line, dropped + m_used - (isClosed ? 1 : 0), closedBy};
            return RecordBytes{m_text.view().substr(0, m_used), line, m_used, closedBy};
        }
    }
}

std::string_view trimSpace(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

RecordBytes trimmed(const RecordBytes& record) {
    const std::string_view bytes = trimSpace(record.bytes);
    RecordBytes result = record;
    if (!record.bytes.empty()) {
        const std::string_view before =
            bytes.empty() ? record.bytes
                          : record.bytes.substr(0, static_cast<std::size_t>(bytes.data() - record.bytes.data()));
        result.line += lineBreaks(before);
        result.bytes = bytes;
        result.size = bytes.size();
    }
    return result;
}

} // namespace vernier
