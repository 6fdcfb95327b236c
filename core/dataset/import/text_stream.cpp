#include "core/dataset/import/text_stream.h"

#include <algorithm>
#include <cstring>

namespace vernier {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20; // some milliseconds of work between two looks at the job

} // namespace

TextStream::TextStream(ByteSource& source, JobContext& job)
    : m_source(source), m_job(job), m_buffer(2 * kPieceBytes + kPadding) {}

bool TextStream::more() {
    m_job.throwIfCancelled();
    if (m_buffer.size() - kPadding - m_end < kPieceBytes) {
        std::memmove(m_buffer.data(), m_buffer.data() + m_begin, m_end - m_begin);
        m_end -= m_begin;
        m_begin = 0;
        if (m_buffer.size() - kPadding - m_end < kPieceBytes)
            m_buffer.resize(2 * m_buffer.size());
    }
    const std::size_t count = m_source.read({m_buffer.data() + m_end, kPieceBytes});
    m_end += count;
    if (const std::uint64_t position = m_source.position(); position > m_reported) {
        m_job.advance(position - m_reported);
        m_reported = position;
    }
    return count > 0;
}

} // namespace vernier
