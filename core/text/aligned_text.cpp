#include "core/text/aligned_text.h"

#include "core/base/error.h"

namespace vernier {

namespace {

constexpr std::size_t kTextLimit = std::size_t{1} << 31;

} // namespace

TextSpan AlignedText::origin(const TextSpan& span) const {
    if (m_begins.empty())
        return {m_offset + span.begin, m_offset + span.end};
    const std::size_t begin = span.begin < m_begins.size() ? m_begins[span.begin] : m_ends.back();
    return {m_offset + begin, m_offset + (span.empty() ? begin : m_ends[span.end - 1])};
}

AlignedText AlignedText::part(const TextSpan& span) const {
    AlignedText result(m_text.substr(span.begin, span.size()), m_track, m_offset);
    if (m_begins.empty()) {
        result.m_offset += span.begin;
        return result;
    }
    const auto cut = [&span](const std::vector<std::uint32_t>& all) {
        return std::vector(all.begin() + static_cast<std::ptrdiff_t>(span.begin),
                           all.begin() + static_cast<std::ptrdiff_t>(span.end));
    };
    result.m_begins = cut(m_begins);
    result.m_ends = cut(m_ends);
    return result;
}

void TextRewriter::trackFrom(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
        const TextSpan origin = m_target.origin({i, i + 1});
        m_begins.push_back(static_cast<std::uint32_t>(origin.begin - m_target.m_offset));
        m_ends.push_back(static_cast<std::uint32_t>(origin.end - m_target.m_offset));
    }
}

void TextRewriter::keep(std::size_t end) {
    if (end <= m_at)
        return;
    m_text.append(m_target.m_text, m_at, end - m_at);
    if (m_target.m_track)
        trackFrom(m_at, end);
    m_at = end;
}

void TextRewriter::replace(std::size_t end, std::string_view text) {
    if (m_text.size() + text.size() > kTextLimit)
        throw Error(ErrorKind::Input, "tokenizer.json, normalizer", "makes the text larger than 2 GB",
                    "use shorter documents");
    if (m_target.m_track) {
        const TextSpan origin = m_target.origin({m_at, end});
        m_begins.resize(m_begins.size() + text.size(), static_cast<std::uint32_t>(origin.begin - m_target.m_offset));
        m_ends.resize(m_ends.size() + text.size(), static_cast<std::uint32_t>(origin.end - m_target.m_offset));
    }
    m_text += text;
    m_at = end;
}

void TextRewriter::finish() {
    keep(m_target.m_text.size());
    m_target.m_text = std::move(m_text);
    m_target.m_begins = std::move(m_begins);
    m_target.m_ends = std::move(m_ends);
}

} // namespace vernier
