#pragma once

#include "core/text/json_view.h"
#include "core/text/regex.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is a text and the words it is cut into; no merge crosses the border of a word.
struct Words {
    std::string text;
    std::vector<TextSpan> spans; ///< in order, not empty, not overlapping

    std::string_view word(const TextSpan& span) const {
        return std::string_view(text).substr(span.begin, span.end - span.begin);
    }
};

/// Cuts each word of a text into smaller ones. Immutable.
class PreTokenizer {
public:
    virtual ~PreTokenizer() = default;
    virtual void split(Words& words, RegexScratch& scratch) const = 0;
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
