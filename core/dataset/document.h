#pragma once

#include "core/base/sha256.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is one piece of text, or one conversation, with where it came from: the value that importers build and tests write
/// down. A corpus keeps the same in columns and shows it as DocumentView.
struct Document {
    std::string text; ///< plain text; for a conversation the JSON list of its messages, in the source's key order
    bool isConversation = false; ///< text holds messages, to be rendered by the model's chat template
    std::string domain;          ///< what the source calls its domain, may be empty
    std::string source;     ///< file it was imported from, or a word for it: "pasted text", "generated:MODEL seed 7"
    std::uint64_t line = 0; ///< line of the source, from 1; 0 when the document is the whole file
    std::string field;      ///< field of the record that became the text ("text", "messages"); empty for text files
    std::vector<std::string> tags;   ///< given at import, in that order
    std::uint32_t replacedBytes = 0; ///< invalid UTF-8 sequences that were replaced by U+FFFD
    std::int64_t importedAt = 0;     ///< seconds since 1970, UTC; 0 when not known
};

/// Shows a document that a Corpus or a Document holds, and is good as long as that one lives. Members mean what those
/// of Document mean.
struct DocumentView {
    std::string_view text, domain, source, field;
    std::span<const std::string> tags;
    std::uint64_t line = 0;
    std::int64_t importedAt = 0;
    std::uint32_t replacedBytes = 0;
    bool isConversation = false;
    const Sha256Digest* hash = nullptr; ///< contentHash, where a corpus has it at hand

    DocumentView() = default;
    DocumentView(const Document& document); // a document is its own view
};

/// SHA-256 that identifies a document's content: the same text gives the same hash wherever it came from.
Sha256Digest contentHash(const DocumentView& document);

/// A document of its own with what the view shows.
Document toDocument(const DocumentView& view);

/// "data/chat.jsonl, line 4", for messages.
std::string placeOf(const DocumentView& document);

} // namespace vernier
