#pragma once

#include <cstdint>
#include <string>

namespace vernier {

/// What stands between documents when they are concatenated.
enum class Separator {
    EndOfText, ///< the model's end-of-text token follows every document
    None,      ///< documents follow each other directly
    Text,      ///< a text such as two line breaks follows every document, tokenized by itself
    Token,     ///< a token of the vocabulary, given by its name, follows every document
};

/// How documents come into windows.
enum class PackingMode {
    Concatenate,  ///< all documents one behind the other, cut into windows; the remainder is dropped
    OnePerWindow, ///< a window per document; longer documents are truncated, shorter ones padded to the right
};

/// Which part of a document stays when it is longer than its window.
enum class Truncation {
    Head,         ///< its beginning
    Tail,         ///< its end
    RandomOffset, ///< a stretch that begins anywhere, by the seed
};

/// What happens to a document that is shorter than its window.
enum class ShortDocuments {
    Pad,     ///< padding follows it; no statistic, no Gram and no loss ever reads padding
    LeaveOut ///< it is left out and counted
};

/// Where the begin-of-text token is put.
enum class BeginOfText {
    None,
    PerWindow,   ///< at the beginning of every window, which then holds one token less of text
    PerDocument, ///< before every document
    AsTokenizer, ///< before and behind every document what the tokenizer's post-processor puts there
};

/// Where the end-of-text token is put, beside what a separator or the post-processor does.
enum class EndOfText { None, PerDocument };

/// Says how documents become token windows. The same recipe over the same documents gives the same windows.
struct PackingRecipe {
    Separator separator = Separator::EndOfText; ///< for Concatenate
    bool applyChatTemplate =
        true; ///< conversations go through the model's template; otherwise their contents are joined by line breaks
    int sequenceLength = 256; ///< tokens per window
    int maxWindows = 0;       ///< the first windows that are kept; 0 keeps all
    PackingMode mode = PackingMode::Concatenate;
    std::string separatorText = {}; ///< for Separator::Text the text, for Separator::Token the token
    Truncation truncation = Truncation::Head;
    ShortDocuments shortDocuments = ShortDocuments::Pad;
    BeginOfText beginOfText = BeginOfText::None;
    EndOfText endOfText = EndOfText::None;
    int minimumTokens = 0;     ///< documents with fewer tokens of their own are left out and counted
    int minimumCharacters = 0; ///< likewise, in characters of the rendered text
    bool shuffle = false;      ///< documents are taken in a random order, by the seed
    std::uint64_t seed = 0;    ///< of shuffle and of Truncation::RandomOffset

    void validate() const; ///< throws Error{Input} naming the field and the allowed range

    bool operator==(const PackingRecipe&) const = default;
};

} // namespace vernier
