#pragma once

#include "core/dataset/document.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace vernier {

// The lines of an exported set, JSON objects: "text", or "messages" for a conversation (the list itself, in its key
// order), and "domain", "tags", "source", "line", "field", "imported_at", "replaced_sequences" where they say
// something; "times" where the document stands several times in a row. A conversation that would not come back byte for
// byte as a list is written as the string "messages_text".

/// Is one line: a document and how many places in a row it has.
struct SetRecord {
    Document document;
    std::uint64_t times = 1;
};

/// The most places of a set, and of one line of it.
inline constexpr std::uint64_t kMostSetPlaces = std::uint64_t{1} << 24;

std::string setRecordLine(const DocumentView& document, std::uint64_t times); ///< without the line break

/// Reads a line; throws Error{Input} with place for whatever setRecordLine would not have written, except keys it does
/// not know.
SetRecord parseSetRecord(std::string_view line, const std::string& place);

inline constexpr std::string_view kManifestEnding = ".manifest.json";

/// The manifest that lies beside an exported set: "chat.manifest.json" for "chat.jsonl".
std::filesystem::path manifestPath(const std::filesystem::path& file);

} // namespace vernier
