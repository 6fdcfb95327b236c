#pragma once

#include <cstddef>
#include <string_view>

namespace vernier {

bool isWhiteSpace(char32_t c);    ///< has the Unicode property White_Space
bool isWordCharacter(char32_t c); ///< letters, marks, decimal digits, connectors and joiners: \w of Unicode TR18
bool isMark(char32_t c);          ///< is of general category M

/// Where the white space that ends at end begins, at least floor. All positions are borders of characters.
std::size_t spaceBegin(std::string_view text, std::size_t end, std::size_t floor);
/// Where the white space that begins at begin ends.
std::size_t spaceEnd(std::string_view text, std::size_t begin);

/// Where the character that ends at end begins; end is not 0.
std::size_t characterBefore(std::string_view text, std::size_t end);

} // namespace vernier
