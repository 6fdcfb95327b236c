#pragma once

#include "core/dataset/document.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vernier {

/// Bytes one record may have; more is a damaged file rather than a text to calibrate on.
inline constexpr std::size_t kMaxRecordBytes = std::size_t{64} << 20;

/// Is what one record became: a document without source, line and tags, or the reason why it could not.
struct ParsedRecord {
    std::optional<Document> document;
    std::string reason; ///< empty when there is a document
};

/// Turns the JSON object of one record into a document. field selects the member that holds the text; empty takes
/// "messages", "conversations", "text" or "content". A list there is a conversation, in OpenAI (role, content) or
/// ShareGPT (from, value) form. Never throws on what bytes say.
ParsedRecord parseRecord(std::string_view bytes, const std::string& field);

} // namespace vernier
