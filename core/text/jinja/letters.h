#pragma once

#include <string>
#include <string_view>

namespace vernier::jinja {

/// Says whether Python's str.isspace() holds for a character.
bool isSpace(char32_t c);

/// Removes white space at both ends, as Python's str.strip() does.
std::string_view strip(std::string_view text);
std::string_view stripStart(std::string_view text);
std::string_view stripEnd(std::string_view text);

/// Removes any of the given characters at the ends named.
std::string_view stripCharacters(std::string_view text, std::string_view characters, bool start, bool end);

/// Changes case by Unicode's simple mapping, with "ß" becoming "SS" as in Python.
std::string upper(std::string_view text);
std::string lower(std::string_view text);
std::string capitalize(std::string_view text);
/// Makes the first letter behind each character that is no letter upper case, as Python's str.title() does.
std::string title(std::string_view text);
/// Makes the first letter of each word upper case, where only blanks and opening brackets separate words (the filter).
std::string titleOfWords(std::string_view text);

bool isLetter(char32_t c);
bool isDigitCharacter(char32_t c);

/// Number of code points.
std::size_t length(std::string_view text);

/// Resolves the backslash escapes of a Python string literal; unknown ones stay as they are.
std::string unescape(std::string_view literal);

} // namespace vernier::jinja
