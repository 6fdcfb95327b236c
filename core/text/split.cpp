#include "core/text/split.h"

#include "core/text/regex_matches.h"

#include <algorithm>

namespace vernier {

std::optional<SplitBehavior> splitBehaviorNamed(std::string_view name) {
    if (name == "Removed")
        return SplitBehavior::Removed;
    if (name == "Isolated")
        return SplitBehavior::Isolated;
    if (name == "MergedWithPrevious")
        return SplitBehavior::MergedWithPrevious;
    if (name == "MergedWithNext")
        return SplitBehavior::MergedWithNext;
    if (name == "Contiguous")
        return SplitBehavior::Contiguous;
    return std::nullopt;
}

Split::Split(Regex pattern, SplitBehavior behavior, bool invert)
    : m_pattern(std::move(pattern)), m_behavior(behavior), m_invert(invert) {}

void Split::cut(std::string_view word, std::vector<Piece>& pieces, TextScratch& scratch) const {
    std::size_t covered = 0;
    forEachMatch(m_pattern, word, scratch.regex, [&](const TextSpan& match) {
        if (covered != match.begin)
            pieces.push_back({{covered, match.begin}, m_invert});
        pieces.push_back({match, !m_invert});
        scratch.pacer.advance(match.end - covered);
        covered = match.end;
    });
    if (covered != word.size())
        pieces.push_back({{covered, word.size()}, m_invert});
}

void Split::join(std::vector<Piece>& pieces) const {
    if (m_behavior == SplitBehavior::Isolated)
        return;
    if (m_behavior == SplitBehavior::Removed) {
        std::erase_if(pieces, [](const Piece& piece) { return piece.matched; });
        return;
    }
    const bool backwards = m_behavior == SplitBehavior::MergedWithNext;
    if (backwards)
        std::reverse(pieces.begin(), pieces.end());
    std::size_t kept = 0;
    bool matchedBefore = false;
    for (const Piece piece : pieces) {
        const bool joins = kept > 0 && (m_behavior == SplitBehavior::Contiguous ? piece.matched == matchedBefore
                                                                                : piece.matched && !matchedBefore);
        if (!joins)
            pieces[kept++] = piece;
        else if (backwards)
            pieces[kept - 1].span.begin = piece.span.begin;
        else
            pieces[kept - 1].span.end = piece.span.end;
        matchedBefore = piece.matched;
    }
    pieces.resize(kept);
    if (backwards)
        std::reverse(pieces.begin(), pieces.end());
}

void Split::split(Words& words, TextScratch& scratch) const {
    std::vector<TextSpan> spans;
    spans.reserve(words.spans.size() + words.text.text().size() / 4);
    std::vector<Piece> pieces;
    for (const TextSpan& span : words.spans) {
        pieces.clear();
        cut(words.word(span), pieces, scratch);
        join(pieces);
        for (const Piece& piece : pieces)
            if (!piece.span.empty())
                spans.push_back({span.begin + piece.span.begin, span.begin + piece.span.end});
    }
    words.spans = std::move(spans);
}

} // namespace vernier
