#include "core/workbench/report/markup.h"

#include "core/base/utf8.h"

namespace vernier {

namespace {

constexpr char32_t kReplacement = 0xfffd;

bool isAllowed(char32_t c) {
    if (c < 0x20)
        return c == '\t' || c == '\n' || c == '\r';
    const bool isControl = c >= 0x7f && c < 0xa0;
    const bool turnsWriting = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    const bool isNoCharacter = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
    return !isControl && !turnsWriting && !isNoCharacter;
}

} // namespace

std::string escapeMarkup(std::string_view text) {
    const std::string valid = repairUtf8(text).text;
    std::string safe;
    safe.reserve(valid.size());
    for (std::size_t at = 0; at < valid.size();) {
        const char32_t c = nextCodePoint(valid, at);
        switch (c) {
        case '&':
            safe += "&amp;";
            break;
        case '<':
            safe += "&lt;";
            break;
        case '>':
            safe += "&gt;";
            break;
        case '"':
            safe += "&quot;";
            break;
        case '\'':
            safe += "&#39;";
            break;
        default:
            appendUtf8(safe, isAllowed(c) ? c : kReplacement);
        }
    }
    return safe;
}

} // namespace vernier
