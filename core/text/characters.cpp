#include "core/text/characters.h"

#include "core/base/utf8.h"

#include <algorithm>

#include <utf8proc.h>

namespace vernier {

bool isWhiteSpace(char32_t c) {
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        return (c >= 0x09 && c <= 0x0D) || c == 0x85;
    }
}

bool isMark(char32_t c) {
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return true;
    default:
        return false;
    }
}

bool isWordCharacter(char32_t c) {
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
        return true;
    default:
        return isMark(c) || c == 0x200C || c == 0x200D; // the joiners
    }
}

std::size_t characterBefore(std::string_view text, std::size_t end) {
    do
        --end;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
    return end;
}

std::size_t spaceBegin(std::string_view text, std::size_t end, std::size_t floor) {
    while (end > floor) {
        const std::size_t before = characterBefore(text, end);
        std::size_t character = before;
        if (!isWhiteSpace(nextCodePoint(text, character)))
            break;
        end = before;
    }
    return std::max(end, floor);
}

std::size_t spaceEnd(std::string_view text, std::size_t begin) {
    for (std::size_t next = begin; next < text.size(); begin = next)
        if (!isWhiteSpace(nextCodePoint(text, next)))
            break;
    return begin;
}

} // namespace vernier
