#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vernier {

/// Computes SHA-256 (FIPS 180-4) over bytes given in any number of pieces.
class Sha256 {
public:
    Sha256();
    void update(std::span<const std::byte> bytes);
    void update(std::string_view text);

    /// Returns the digest as 64 lower-case hex digits; the object is used up.
    std::string finish();

private:
    void block(const std::uint8_t* data);

    std::array<std::uint32_t, 8> m_state;
    std::array<std::uint8_t, 64> m_buffer{};
    std::size_t m_buffered = 0;
    std::uint64_t m_length = 0;
};

std::string sha256(std::string_view text);
std::string sha256(std::span<const std::byte> bytes);

} // namespace vernier
