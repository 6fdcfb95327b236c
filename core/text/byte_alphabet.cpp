#include "core/text/byte_alphabet.h"

#include "core/base/utf8.h"

#include <array>
#include <cstdint>

namespace vernier {

namespace {

constexpr std::size_t kAlphabetEnd = 0x100 + 68; // 68 bytes are not printable and moved behind Latin-1

constexpr std::array<std::int16_t, kAlphabetEnd> makeByteOfCharacter() {
    std::array<std::int16_t, kAlphabetEnd> table{};
    table.fill(-1);
    std::size_t moved = 0x100;
    for (std::int16_t byte = 0; byte < 256; ++byte) {
        const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
        table[printable ? static_cast<std::size_t>(byte) : moved++] = byte;
    }
    return table;
}

constexpr auto kByteOfCharacter = makeByteOfCharacter();

} // namespace

std::optional<std::string> bytesOfAlphabet(std::string_view entry) {
    std::string bytes;
    bytes.reserve(entry.size());
    for (std::size_t at = 0; at < entry.size();) {
        const char32_t character = nextCodePoint(entry, at);
        if (character >= kAlphabetEnd || kByteOfCharacter[character] < 0)
            return std::nullopt;
        bytes += static_cast<char>(kByteOfCharacter[character]);
    }
    return bytes;
}

} // namespace vernier
