#pragma once

#include "core/base/job.h"
#include "core/dataset/import/byte_source.h"

#include <string_view>
#include <vector>

namespace vernier {

/// Shows the part of a source that has been read and not used up. It grows on demand, so that whoever needs more at
/// once than a piece has (one long record) gets it. Tells the job how far the file has been read, and stops when it is
/// cancelled.
class TextStream {
public:
    /// Bytes behind the view that may be read, though they mean nothing: simdjson looks that far ahead.
    static constexpr std::size_t kPadding = 64;

    TextStream(ByteSource& source, JobContext& job);

    std::string_view view() const { return {m_buffer.data() + m_begin, m_end - m_begin}; }
    /// Makes the view longer, which moves it; false when nothing is left.
    bool more();
    /// Drops count bytes from the front of the view.
    void consume(std::size_t count) { m_begin += count; }

private:
    ByteSource& m_source;
    JobContext& m_job;
    std::vector<char> m_buffer;
    std::size_t m_begin = 0, m_end = 0;
    std::uint64_t m_reported = 0;
};

} // namespace vernier
