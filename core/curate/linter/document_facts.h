#pragma once

#include "core/curate/linter/linter.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Holds what the checks want to know of one document. Tokens and what follows is known only with a tokenizer.
struct DocumentFacts {
    std::uint32_t document = 0; ///< number in the corpus
    std::uint64_t times = 0;    ///< places it has in the set
    bool isConversation = false;
    bool isEmpty = false; ///< nothing but white space
    TextFindings text = {};
    std::string_view language = {};   ///< "und" where nothing is sure
    bool refused = false;             ///< by the chat template
    bool leftOut = false;             ///< by the recipe's least tokens or characters
    std::uint64_t tokens = 0;         ///< of its own
    std::uint64_t leadingBegins = 0;  ///< begin-of-text tokens it begins with
    bool endsItself = false;          ///< with an end-of-text token, or a conversation with a special token
    std::uint64_t specialsInside = 0; ///< special tokens, without those at its two ends that begin and end a text

    bool isPacked() const { return !refused && !leftOut; }
};

/// Holds what the recipe puts beside a document's own tokens.
struct RecipeTokens {
    std::uint64_t perDocument = 0; ///< tokens
    std::uint64_t room = 0;        ///< tokens of a window that are left for documents
    bool begins = false;           ///< a begin-of-text token comes before documents or windows
    bool ends = false;             ///< an end-of-text token follows every document
    std::string problem = {};      ///< why the recipe cannot be followed with the tokenizer; the rest is unknown then
};

/// Holds everything the checks work on.
struct SetFacts {
    std::vector<DocumentFacts> documents; ///< distinct, in the order of the set
    std::vector<std::uint32_t> places;    ///< per place of the set a position in documents
    RecipeTokens recipe;
};

SetFacts gatherFacts(const LintInput& input, JobContext& job);

} // namespace vernier
