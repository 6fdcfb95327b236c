#pragma once

#include "core/text/aligned_text.h"
#include "core/text/json_view.h"
#include "core/text/text_scratch.h"

#include <memory>
#include <string_view>
#include <vector>

namespace vernier {

/// Is a text and the words it is cut into; no merge crosses the border of a word.
struct Words {
    AlignedText text;
    std::vector<TextSpan> spans; ///< in order, not empty, not overlapping
    bool beginsText = true;      ///< false for what stands behind an added token

    std::string_view word(const TextSpan& span) const {
        return std::string_view(text.text()).substr(span.begin, span.size());
    }
};

/// Rewrites a text word by word: change(span, rewriter) may replace parts of the word at span and insert in front of
/// it. What lies between words stays.
template <class Change>
void rewriteWords(Words& words, Change change) {
    TextRewriter rewriter(words.text);
    std::vector<TextSpan> spans;
    spans.reserve(words.spans.size());
    for (const TextSpan& span : words.spans) {
        rewriter.keep(span.begin);
        const std::size_t begin = rewriter.resultSize();
        change(span, rewriter);
        rewriter.keep(span.end);
        spans.push_back({begin, rewriter.resultSize()});
    }
    rewriter.finish();
    words.spans = std::move(spans);
}

/// Cuts each word of a text into smaller ones. Immutable.
class PreTokenizer {
public:
    virtual ~PreTokenizer() = default;
    virtual void split(Words& words, TextScratch& scratch) const = 0;
};

/// Is the "pre_tokenizer" of a tokenizer.json: the cutting, and whether the vocabulary is spelt in bytes.
struct PreTokenization {
    std::unique_ptr<const PreTokenizer> splitter;
    bool byteLevel = false;
};

/// Reads the "pre_tokenizer" of a tokenizer.json; null gives one that cuts nothing. Throws Error{Unsupported} for a
/// type that Vernier does not know.
PreTokenization readPreTokenizer(const JsonView& json);

} // namespace vernier
