#include "core/text/jinja/letters.h"

#include "core/base/utf8.h"

#include <algorithm>

#include <utf8proc.h>

namespace vernier::jinja {

namespace {

utf8proc_category_t categoryOf(char32_t c) {
    return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

bool isContinuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

void appendUpper(std::string& out, char32_t c, bool titleCase) {
    if (c == 0xDF) // the one letter of common use whose capital is longer than itself
        out += titleCase ? "Ss" : "SS";
    else if (titleCase)
        appendUtf8(out, static_cast<char32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(c))));
    else
        appendUtf8(out, static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c))));
}

void appendLower(std::string& out, char32_t c) {
    appendUtf8(out, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))));
}

/// Capitalises by a rule that says which character ends a word.
template <typename EndsWord>
std::string capitalizeWords(std::string_view text, EndsWord endsWord) {
    std::string out;
    bool begins = true;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = nextCodePoint(text, at);
        if (begins)
            appendUpper(out, c, true);
        else
            appendLower(out, c);
        begins = endsWord(c);
    }
    return out;
}

} // namespace

bool isSpace(char32_t c) {
    if ((c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85)
        return true;
    const auto category = categoryOf(c);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

bool isLetter(char32_t c) {
    const auto category = categoryOf(c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool isDigitCharacter(char32_t c) {
    return categoryOf(c) == UTF8PROC_CATEGORY_ND;
}

namespace {

template <typename Falls>
std::string_view stripWhere(std::string_view text, bool start, bool end, Falls falls) {
    std::size_t begin = 0;
    while (start && begin < text.size()) {
        std::size_t next = begin;
        if (!falls(nextCodePoint(text, next)))
            break;
        begin = next;
    }
    text.remove_prefix(begin);
    while (end && !text.empty()) {
        std::size_t last = text.size() - 1;
        while (last > 0 && isContinuation(text[last]))
            --last;
        std::size_t at = last;
        if (!falls(nextCodePoint(text, at)))
            break;
        text = text.substr(0, last);
    }
    return text;
}

} // namespace

std::string_view strip(std::string_view text) {
    return stripWhere(text, true, true, isSpace);
}
std::string_view stripStart(std::string_view text) {
    return stripWhere(text, true, false, isSpace);
}
std::string_view stripEnd(std::string_view text) {
    return stripWhere(text, false, true, isSpace);
}

std::string_view stripCharacters(std::string_view text, std::string_view characters, bool start, bool end) {
    std::u32string set;
    for (std::size_t at = 0; at < characters.size();)
        set += nextCodePoint(characters, at);
    return stripWhere(text, start, end, [&](char32_t c) { return set.find(c) != std::u32string::npos; });
}

std::string upper(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();)
        appendUpper(out, nextCodePoint(text, at), false);
    return out;
}

std::string lower(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();)
        appendLower(out, nextCodePoint(text, at));
    return out;
}

std::string capitalize(std::string_view text) {
    return capitalizeWords(text, [](char32_t) { return false; });
}

std::string title(std::string_view text) {
    return capitalizeWords(text, [](char32_t c) { return !isLetter(c); });
}

std::string titleOfWords(std::string_view text) {
    return capitalizeWords(
        text, [](char32_t c) { return isSpace(c) || c == '-' || c == '(' || c == '{' || c == '[' || c == '<'; });
}

std::size_t length(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !isContinuation(c); }));
}

} // namespace vernier::jinja
