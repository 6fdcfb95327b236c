#pragma once

#include "core/text/pre_tokenizer.h"
#include "core/text/regex.h"

#include <optional>

namespace vernier {

/// What becomes of the pieces of a word that a pattern matches.
enum class SplitBehavior {
    Removed,            ///< they vanish
    Isolated,           ///< each is a word of its own
    MergedWithPrevious, ///< each joins the word before it
    MergedWithNext,     ///< each joins the word after it
    Contiguous,         ///< neighbours join to one word
};

/// The behaviour of that name; nothing for an unknown one.
std::optional<SplitBehavior> splitBehaviorNamed(std::string_view name);

/// Cuts words at the matches of a pattern ("Split").
class Split : public PreTokenizer {
public:
    /// With invert, what the pattern leaves counts as the match.
    Split(Regex pattern, SplitBehavior behavior, bool invert);
    void split(Words& words, TextScratch& scratch) const override;

private:
    struct Piece {
        TextSpan span;
        bool matched;
    };
    void cut(std::string_view word, std::vector<Piece>& pieces, TextScratch& scratch) const;
    void join(std::vector<Piece>& pieces) const;

    Regex m_pattern;
    SplitBehavior m_behavior;
    bool m_invert;
};

} // namespace vernier
