#include "core/text/normalizer.h"

#include "core/base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <utf8proc.h>

namespace vernier {

namespace {

// Below U+0300 every character is its own NFC form and none attaches to the one before it.
constexpr char32_t kFirstThatMatters = 0x300;

std::uint32_t combiningClass(std::int32_t codePoint) {
    return static_cast<std::uint32_t>(utf8proc_get_property(codePoint)->combining_class);
}

void appendDecomposed(std::vector<std::int32_t>& out, char32_t codePoint) {
    const auto character = static_cast<std::int32_t>(codePoint);
    std::int32_t parts[32];
    const auto count =
        utf8proc_decompose_char(character, parts, std::size(parts),
                                static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE), nullptr);
    if (count <= 0 || count > static_cast<utf8proc_ssize_t>(std::size(parts)))
        out.push_back(character);
    else
        out.insert(out.end(), parts, parts + count);
}

/// Orders runs of combining marks by class. The library's own ordering is quadratic in the length of a run, which a
/// hostile text would use.
void orderMarks(std::vector<std::int32_t>& text) {
    for (auto at = text.begin(); at != text.end();) {
        if (combiningClass(*at) == 0) {
            ++at;
            continue;
        }
        const auto end = std::find_if(at, text.end(), [](std::int32_t c) { return combiningClass(c) == 0; });
        std::stable_sort(at, end, [](std::int32_t a, std::int32_t b) { return combiningClass(a) < combiningClass(b); });
        at = end;
    }
}

void appendComposed(std::string& out, std::string_view segment) {
    std::vector<std::int32_t> text;
    text.reserve(segment.size());
    for (std::size_t at = 0; at < segment.size();)
        appendDecomposed(text, nextCodePoint(segment, at));
    orderMarks(text);
    const auto length = utf8proc_normalize_utf32(text.data(), static_cast<utf8proc_ssize_t>(text.size()),
                                                 static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    if (length < 0)
        throw std::runtime_error(utf8proc_errmsg(length));
    for (std::size_t i = 0; i < static_cast<std::size_t>(length); ++i)
        appendUtf8(out, static_cast<char32_t>(text[i]));
}

/// The first byte at or after from that begins a character of U+0300 or above.
std::size_t findHigh(std::string_view text, std::size_t from) {
    const auto high = [](char c) { return static_cast<unsigned char>(c) >= 0xCC; };
    return static_cast<std::size_t>(std::find_if(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), high) -
                                    text.begin());
}

} // namespace

void composeNfc(std::string& text) {
    std::size_t high = findHigh(text, 0);
    if (high == text.size())
        return;
    const std::string_view source = text;
    std::string composed;
    composed.reserve(text.size());
    std::size_t copied = 0;
    while (high < source.size()) {
        // The character before may be the base that a mark attaches to.
        std::size_t begin = high;
        while (begin > copied && (static_cast<unsigned char>(source[--begin]) & 0xC0) == 0x80) {
        }
        std::size_t end = high;
        for (std::size_t next = high; next < source.size();) {
            if (nextCodePoint(source, next) < kFirstThatMatters)
                break;
            end = next;
        }
        composed.append(source, copied, begin - copied);
        appendComposed(composed, source.substr(begin, end - begin));
        copied = end;
        high = findHigh(source, end);
    }
    composed.append(source, copied);
    text = std::move(composed);
}

} // namespace vernier
