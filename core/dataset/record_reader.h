#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vernier {

/// Is the bytes of one record, without the white space around them, and the line they begin on.
struct RecordBytes {
    std::string_view bytes;
    std::uint64_t line = 0;
};

/// Walks over the lines of a text that are not blank; lines end in LF or CR LF.
class LineReader {
public:
    explicit LineReader(std::string_view text) : m_text(text) {}
    std::optional<RecordBytes> next();
    std::size_t position() const { return m_at; }

private:
    std::string_view m_text;
    std::size_t m_at = 0;
    std::uint64_t m_line = 0;
};

/// Walks over the elements of one JSON list without parsing them, so that a list of any size is read as a stream and a
/// bad element costs only itself.
class ListReader {
public:
    /// text begins with the opening bracket, perhaps behind white space.
    explicit ListReader(std::string_view text);
    std::optional<RecordBytes> next();
    std::size_t position() const { return m_at; }
    std::uint64_t line() const { return m_line; }

    /// What is wrong with the list itself, once next() has returned nothing; empty when it is well formed.
    const std::string& problem() const { return m_problem; }

private:
    std::size_t elementEnd() const;
    void moveTo(std::size_t position);
    void skipSpace();

    std::string_view m_text;
    std::size_t m_at = 0;
    std::uint64_t m_line = 1;
    bool m_isFirst = true;
    bool m_isClosed = false;
    std::string m_problem;
};

/// The text without JSON white space at its ends.
std::string_view trimSpace(std::string_view text);

} // namespace vernier
