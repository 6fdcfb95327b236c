#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace vernier {

/// Is one imported piece of text, or one conversation, with where it came from.
struct Document {
    std::string text; ///< plain text; for a conversation the JSON list of its messages, in the source's key order
    bool isConversation = false; ///< text holds messages, to be rendered by the model's chat template
    std::string domain;          ///< what the source calls its domain, may be empty
    std::string source;          ///< file it was imported from
    std::uint64_t line = 0;      ///< line of the source, from 1; 0 when the document is the whole file
    std::string field; ///< field of the record that became the text ("text", "messages"); empty for text files
    std::string hash;  ///< SHA-256 of kind and text
    std::vector<std::string> tags;   ///< given at import, in that order
    std::uint32_t replacedBytes = 0; ///< invalid UTF-8 sequences that were replaced by U+FFFD
};

/// SHA-256 that identifies a document's content: the same text gives the same hash wherever it came from.
std::string contentHash(const Document& document);

} // namespace vernier
