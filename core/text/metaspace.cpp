#include "core/text/metaspace.h"

#include "core/base/utf8.h"

namespace vernier {

PrependScheme readPrependScheme(const JsonView& json) {
    const std::string scheme = json.string("prepend_scheme", "always");
    if (scheme != "always" && scheme != "first" && scheme != "never")
        json.at("prepend_scheme").unknownType("a prepend scheme", scheme, "always, first, never");
    if (scheme == "never" || !json.boolean("add_prefix_space", true))
        return PrependScheme::Never;
    return scheme == "first" ? PrependScheme::First : PrependScheme::Always;
}

std::string readReplacement(const JsonView& json) {
    std::string mark = json.string("replacement", "▁");
    std::size_t end = 0;
    if (!mark.empty())
        nextCodePoint(mark, end);
    if (mark.empty() || end != mark.size())
        json.at("replacement").fail("is not one character");
    return mark;
}

Metaspace::Metaspace(const JsonView& json)
    : m_mark(readReplacement(json)), m_prepend(readPrependScheme(json)), m_cut(json.boolean("split", true)) {}

void Metaspace::write(Words& words, TextScratch& scratch) const {
    rewriteWords(words, [&](const TextSpan& span, TextRewriter& rewriter) {
        const std::string_view word = words.word(span);
        const bool prepends = m_prepend == PrependScheme::Always ||
                              (m_prepend == PrependScheme::First && words.beginsText && span.begin == 0);
        if (prepends && word.front() != ' ' && !word.starts_with(m_mark))
            rewriter.replace(span.begin, m_mark);
        for (std::size_t at = word.find(' '); at != std::string_view::npos; at = word.find(' ', at + 1)) {
            rewriter.keep(span.begin + at);
            rewriter.replace(span.begin + at + 1, m_mark);
        }
        scratch.pacer.advance(word.size());
    });
}

void Metaspace::cut(Words& words, TextScratch& scratch) const {
    std::vector<TextSpan> spans;
    for (const TextSpan& span : words.spans) {
        const std::string_view word = words.word(span);
        std::size_t begin = 0;
        for (std::size_t at = word.find(m_mark, 1); at != std::string_view::npos;
             at = word.find(m_mark, at + m_mark.size())) {
            spans.push_back({span.begin + begin, span.begin + at});
            begin = at;
        }
        spans.push_back({span.begin + begin, span.end});
        scratch.pacer.advance(word.size());
    }
    words.spans = std::move(spans);
}

void Metaspace::split(Words& words, TextScratch& scratch) const {
    write(words, scratch);
    if (m_cut)
        cut(words, scratch);
}

} // namespace vernier
