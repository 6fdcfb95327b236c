#pragma once

#include "core/text/vocabulary.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace vernier {

/// Knows the tokens "<0x00>" to "<0xFF>" that spell characters outside a vocabulary byte by byte.
class FallbackBytes {
public:
    /// Without enabled there are none.
    FallbackBytes(const Vocabulary& vocabulary, bool enabled);

    /// Appends the tokens of the bytes of text; does nothing and says so when one of them is missing.
    bool append(std::string_view text, std::vector<std::int32_t>& tokens) const;
    /// The byte of a token.
    std::optional<char> byteOf(std::int32_t id) const;
    const std::array<std::int32_t, 256>& tokens() const { return m_tokens; } ///< by byte; -1 for none

private:
    std::array<std::int32_t, 256> m_tokens;
};

} // namespace vernier
