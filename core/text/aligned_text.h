#pragma once

#include "core/text/text_span.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is a text that was rewritten, and, when asked to track, which bytes of the source every byte stems from.
class AlignedText {
public:
    /// Takes over a text. With track, origin() answers for it: byte i is byte offset + i of the source.
    explicit AlignedText(std::string text = {}, bool track = false, std::size_t offset = 0)
        : m_text(std::move(text)), m_track(track), m_offset(offset) {}

    const std::string& text() const { return m_text; }
    bool tracks() const { return m_track; }

    /// The bytes of the source that span stems from: all of what was replaced when it was cut out of a replacement,
    /// nothing (a place) when it was inserted.
    TextSpan origin(const TextSpan& span) const;

    /// The part of the text at span, which stems from where it stemmed from.
    AlignedText part(const TextSpan& span) const;

private:
    friend class TextRewriter;

    std::string m_text;
    bool m_track;
    std::size_t m_offset;
    std::vector<std::uint32_t> m_begins, m_ends; ///< per byte, without the offset; empty while text is the source
};

/// Rewrites an AlignedText from its begin to its end. Nothing changes until finish().
class TextRewriter {
public:
    explicit TextRewriter(AlignedText& target) : m_target(target) { m_text.reserve(target.m_text.size()); }

    /// Copies the source up to end; what lies before the place reached so far stays copied.
    void keep(std::size_t end);
    /// Puts text in place of the source from where the rewriter stands up to end; with end there it is an insertion.
    void replace(std::size_t end, std::string_view text);

    std::size_t sourceAt() const { return m_at; }            ///< how much of the source is dealt with
    std::size_t resultSize() const { return m_text.size(); } ///< bytes of the new text so far

    /// Copies the rest and gives the target its new text.
    void finish();

private:
    void trackFrom(std::size_t begin, std::size_t end);

    AlignedText& m_target;
    std::string m_text;
    std::size_t m_at = 0;
    std::vector<std::uint32_t> m_begins, m_ends;
};

} // namespace vernier
