#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vernier {

/// Bytes of standard base64 (RFC 4648), padded or not; nothing when text holds anything else.
std::optional<std::string> decodeBase64(std::string_view text);

} // namespace vernier
