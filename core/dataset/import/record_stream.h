#pragma once

#include "core/dataset/import/text_stream.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vernier {

/// Bytes one record may have; more is a damaged file rather than a text to calibrate on.
inline constexpr std::size_t kMaxRecordBytes = std::size_t{64} << 20;

/// Finds where records end. text begins with a record and grows from call to call until its end is in it, so a scanner
/// remembers how far it has looked.
class BoundaryScanner {
public:
    virtual ~BoundaryScanner() = default;
    /// Position behind the record and what separates it from the next; npos when it goes on behind text.
    virtual std::size_t end(std::string_view text) = 0;
    virtual void restart() = 0; ///< the next text begins with the next record
    virtual void forget() = 0;  ///< the text seen so far is gone; the record goes on with the next one
};

/// Is one record as it stands in the file, with its separator.
struct RecordBytes {
    std::string_view bytes; ///< good until the next one is asked for; empty when the record is too long to be kept
    std::uint64_t line = 0; ///< on which bytes begin, from 1
    std::uint64_t size = 0; ///< more than kMaxRecordBytes when it is too long
    char closedBy = 0;      ///< last byte of the separator; 0 when it ends with the file
};

/// Cuts a stream into records, with memory for one of them.
class RecordStream {
public:
    /// firstLine is the line on which the view of text begins.
    RecordStream(TextStream& text, BoundaryScanner& scanner, std::uint64_t firstLine = 1)
        : m_text(text), m_scanner(scanner), m_line(firstLine) {}

    std::optional<RecordBytes> next();
    std::uint64_t line() const { return m_line; } ///< behind the last record, once next() was asked again

private:
    void drop(std::size_t count);

    TextStream& m_text;
    BoundaryScanner& m_scanner;
    std::size_t m_used = 0; // of the view, by the last record
    std::uint64_t m_line;
};

/// The text without JSON white space at its ends.
std::string_view trimSpace(std::string_view text);

/// A record without the white space around it, and the line it then begins on.
RecordBytes trimmed(const RecordBytes& record);

} // namespace vernier
