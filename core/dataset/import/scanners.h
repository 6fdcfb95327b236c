#pragma once

#include "core/dataset/import/record_stream.h"

namespace vernier {

/// Ends records with LF.
class LineScanner final : public BoundaryScanner {
public:
    std::size_t end(std::string_view text) override;
    void restart() override { m_at = 0; }
    void forget() override { m_at = 0; }

private:
    std::size_t m_at = 0;
};

/// Ends records with a line that is blank, behind one that is not.
class BlockScanner final : public BoundaryScanner {
public:
    std::size_t end(std::string_view text) override;
    void restart() override { *this = {}; }
    void forget() override { m_at = m_lineBegin = 0; }

private:
    std::size_t m_at = 0, m_lineBegin = 0;
    bool m_hasText = false, m_lineHasText = false;
};

/// Ends records with the comma or bracket behind an element of a JSON list, without parsing it, so that a bad element
/// costs only itself.
class ElementScanner final : public BoundaryScanner {
public:
    std::size_t end(std::string_view text) override;
    void restart() override { *this = {}; }
    void forget() override { m_at = 0; }

private:
    std::size_t m_at = 0;
    std::size_t m_depth = 0;
    bool m_isInString = false, m_isEscaped = false;
};

/// Ends records with the line break behind a row of CSV, which may hold others in quotes.
class RowScanner final : public BoundaryScanner {
public:
    explicit RowScanner(char delimiter) : m_delimiter(delimiter) {}
    std::size_t end(std::string_view text) override;
    void restart() override { *this = RowScanner(m_delimiter); }
    void forget() override { m_at = 0; }

private:
    char m_delimiter;
    std::size_t m_at = 0;
    bool m_isFieldStart = true, m_isInQuotes = false, m_hasJustClosed = false;
};

} // namespace vernier
