#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vernier {

/// Counts the maximal invalid sequences of a text; 0 for valid UTF-8 (RFC 3629: no surrogates, no overlong forms).
std::size_t countInvalidUtf8(std::string_view text);

/// Is a text with every maximal invalid sequence replaced by U+FFFD, and how many there were.
struct RepairedText {
    std::string text;
    std::size_t replacements = 0;
};
RepairedText repairUtf8(std::string_view text);

/// Length of the longest beginning of a text that does not end inside a UTF-8 sequence.
std::size_t wholeCharacters(std::string_view bytes);

/// Decodes the code point at text[at] of valid UTF-8 and moves at behind it.
char32_t nextCodePoint(std::string_view text, std::size_t& at);

/// Appends the UTF-8 form of a code point.
void appendUtf8(std::string& out, char32_t codePoint);

} // namespace vernier
