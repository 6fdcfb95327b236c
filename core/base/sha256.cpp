#include "core/base/sha256.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace vernier {

Sha256::Sha256()
    : m_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19} {}

void Sha256::update(std::span<const std::byte> bytes) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::size_t left = bytes.size();
    m_length += left;
    while (left > 0) {
        if (m_buffered == 0 && left >= m_buffer.size()) {
            const std::size_t blocks = left / m_buffer.size();
            sha256Blocks(m_state, data, blocks);
            data += blocks * m_buffer.size();
            left -= blocks * m_buffer.size();
            continue;
        }
        const std::size_t n = std::min(left, m_buffer.size() - m_buffered);
        std::memcpy(m_buffer.data() + m_buffered, data, n);
        m_buffered += n, data += n, left -= n;
        if (m_buffered == m_buffer.size()) {
            sha256Blocks(m_state, m_buffer.data(), 1);
            m_buffered = 0;
        }
    }
}

void Sha256::update(std::string_view text) {
    update(std::as_bytes(std::span(text.data(), text.size())));
}

Sha256Digest Sha256::digest() {
    const std::uint64_t bits = m_length * 8;
    const std::array<std::uint8_t, 64> padding = {0x80};
    const std::size_t pad = (m_buffered < 56 ? 56 : 120) - m_buffered;
    update(std::as_bytes(std::span(padding).first(pad)));
    std::array<std::uint8_t, 8> length;
    for (std::size_t i = 0; i < 8; ++i)
        length[i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
    update(std::as_bytes(std::span(length)));
    Sha256Digest digest;
    for (std::size_t i = 0; i < digest.size(); ++i)
        digest[i] = static_cast<std::uint8_t>(m_state[i / 4] >> (24 - 8 * (i % 4)));
    return digest;
}

std::string toHex(const Sha256Digest& digest) {
    std::string hex;
    hex.reserve(2 * digest.size());
    for (const std::uint8_t byte : digest) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

std::optional<Sha256Digest> digestFromHex(std::string_view hex) {
    Sha256Digest digest;
    if (hex.size() != 2 * digest.size())
        return std::nullopt;
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const char* const end = hex.data() + 2 * i + 2;
        const auto [stop, failure] = std::from_chars(end - 2, end, digest[i], 16);
        if (failure != std::errc() || stop != end)
            return std::nullopt;
    }
    return digest;
}

std::string sha256(std::string_view text) {
    Sha256 hash;
    hash.update(text);
    return hash.finish();
}

std::string sha256(std::span<const std::byte> bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

} // namespace vernier
