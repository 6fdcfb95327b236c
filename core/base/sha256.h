#pragma once

#include "core/base/sha256_blocks.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vernier {

/// The 32 bytes of a SHA-256.
using Sha256Digest = std::array<std::uint8_t, 32>;

/// The digest as 64 lower-case hex digits.
std::string toHex(const Sha256Digest& digest);

/// The digest that 64 hex digits write, in either case; nothing for any other text.
std::optional<Sha256Digest> digestFromHex(std::string_view hex);

/// Computes SHA-256 (FIPS 180-4) over bytes given in any number of pieces.
class Sha256 {
public:
    Sha256();
    void update(std::span<const std::byte> bytes);
    void update(std::string_view text);

    /// Returns the digest; the object is used up.
    Sha256Digest digest();

    /// digest() as 64 lower-case hex digits.
    std::string finish() { return toHex(digest()); }

private:
    Sha256State m_state;
    std::array<std::uint8_t, 64> m_buffer{};
    std::size_t m_buffered = 0;
    std::uint64_t m_length = 0;
};

std::string sha256(std::string_view text);
std::string sha256(std::span<const std::byte> bytes);

} // namespace vernier
