#include "core/text/jinja/letters.h"

#include "core/base/utf8.h"

#include <charconv>
#include <optional>

namespace vernier::jinja {

namespace {

/// Reads exactly digits digits at text[at] and moves behind them.
std::optional<char32_t> readCode(std::string_view text, std::size_t& at, std::size_t digits, int base) {
    if (at + digits > text.size())
        return std::nullopt;
    unsigned code = 0;
    const char* begin = text.data() + at;
    const auto [end, failure] = std::from_chars(begin, begin + digits, code, base);
    if (failure != std::errc() || end != begin + digits)
        return std::nullopt;
    at += digits;
    return code;
}

/// Appends a code point; the two halves of a surrogate pair become one character, a lone half U+FFFD.
void appendCode(std::string& out, char32_t code, std::string_view text, std::size_t& at) {
    if (code >= 0xD800 && code < 0xDC00 && text.substr(at, 2) == "\\u") {
        std::size_t next = at + 2;
        const auto low = readCode(text, next, 4, 16);
        if (low && *low >= 0xDC00 && *low < 0xE000) {
            at = next;
            code = 0x10000 + ((code - 0xD800) << 10) + (*low - 0xDC00);
        }
    }
    appendUtf8(out, (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF ? 0xFFFD : code);
}

std::size_t octalDigits(std::string_view text, std::size_t at) {
    std::size_t count = 0;
    while (count < 3 && at + count < text.size() && text[at + count] >= '0' && text[at + count] <= '7')
        ++count;
    return count;
}

} // namespace

std::string unescape(std::string_view literal) {
    constexpr std::string_view kLetters = "nrtabfv\\'\"", kMeanings = "\n\r\t\a\b\f\v\\'\"";
    std::string out;
    for (std::size_t at = 0; at < literal.size();) {
        if (literal[at] != '\\' || at + 1 == literal.size()) {
            out += literal[at++];
            continue;
        }
        const char letter = literal[at + 1];
        std::size_t next = at + 2;
        std::optional<char32_t> code;
        if (const std::size_t named = kLetters.find(letter); named != std::string_view::npos)
            out += kMeanings[named];
        else if (letter == '\n') {
            // a line continued
        } else if (const std::size_t octal = octalDigits(literal, at + 1); octal > 0) {
            next = at + 1;
            appendCode(out, *readCode(literal, next, octal, 8), literal, next);
        } else if (letter == 'x' || letter == 'u' || letter == 'U') {
            code = readCode(literal, next, letter == 'x' ? 2 : letter == 'u' ? 4 : 8, 16);
            if (code)
                appendCode(out, *code, literal, next);
            else
                out += {'\\', letter};
        } else
            out += {'\\', letter};
        at = next;
    }
    return out;
}

} // namespace vernier::jinja
