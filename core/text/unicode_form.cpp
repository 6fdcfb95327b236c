#include "core/text/unicode_form.h"

#include "core/base/utf8.h"
#include "core/text/characters.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <utf8proc.h>

namespace vernier {

namespace {

constexpr std::size_t kLongestSequence = 1024;

bool composes(UnicodeForm form) {
    return form == UnicodeForm::Nfc || form == UnicodeForm::Nfkc;
}

bool isCompatible(UnicodeForm form) {
    return form == UnicodeForm::Nfkc || form == UnicodeForm::Nfkd;
}

/// Below it every character is its own form and none attaches to the one before it.
char32_t firstThatMatters(UnicodeForm form) {
    return form == UnicodeForm::Nfc ? 0x300 : form == UnicodeForm::Nfd ? 0xC0 : 0x80;
}

std::uint32_t combiningClass(std::int32_t codePoint) {
    return static_cast<std::uint32_t>(utf8proc_get_property(codePoint)->combining_class);
}

void appendDecomposed(std::vector<std::int32_t>& out, char32_t codePoint, UnicodeForm form) {
    const auto character = static_cast<std::int32_t>(codePoint);
    const int options = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | (isCompatible(form) ? UTF8PROC_COMPAT : 0);
    std::int32_t parts[32];
    const auto count =
        utf8proc_decompose_char(character, parts, std::size(parts), static_cast<utf8proc_option_t>(options), nullptr);
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

std::string formOf(std::string_view segment, UnicodeForm form) {
    std::vector<std::int32_t> text;
    text.reserve(segment.size());
    for (std::size_t at = 0; at < segment.size();)
        appendDecomposed(text, nextCodePoint(segment, at), form);
    orderMarks(text);
    auto length = static_cast<utf8proc_ssize_t>(text.size());
    if (composes(form))
        length = utf8proc_normalize_utf32(text.data(), length,
                                          static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    if (length < 0)
        throw std::runtime_error(utf8proc_errmsg(length));
    std::string result;
    result.reserve(segment.size());
    for (std::size_t i = 0; i < static_cast<std::size_t>(length); ++i)
        appendUtf8(result, static_cast<char32_t>(text[i]));
    return result;
}

/// Where the combining sequence that begins at begin ends: before the next character that neither is a mark nor joins
/// what stands before it. Long sequences take all that follows along, so that looking stays linear.
std::size_t sequenceEnd(std::string_view segment, std::size_t begin, UnicodeForm form) {
    std::vector<std::int32_t> decomposed;
    std::size_t end = begin;
    nextCodePoint(segment, end);
    while (end < segment.size()) {
        if (end - begin > kLongestSequence)
            return segment.size();
        std::size_t behind = end;
        const char32_t next = nextCodePoint(segment, behind);
        decomposed.clear();
        appendDecomposed(decomposed, next, form);
        if (combiningClass(decomposed.front()) == 0) {
            const std::string_view sequence = segment.substr(begin, end - begin);
            const std::string_view character = segment.substr(end, behind - end);
            if (formOf(segment.substr(begin, behind - begin), form) == formOf(sequence, form) + formOf(character, form))
                break;
        }
        end = behind;
    }
    return end;
}

/// The first byte at or after from that begins a character that matters.
std::size_t findHigh(std::string_view text, std::size_t from, UnicodeForm form) {
    const unsigned char first = form == UnicodeForm::Nfc ? 0xCC : form == UnicodeForm::Nfd ? 0xC3 : 0xC2;
    const auto high = [first](char c) { return static_cast<unsigned char>(c) >= first; };
    return static_cast<std::size_t>(std::find_if(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), high) -
                                    text.begin());
}

/// Rewrites the segment that begins where the rewriter stands.
void rewriteSegment(TextRewriter& rewriter, std::string_view segment, UnicodeForm form, bool track) {
    const std::string written = formOf(segment, form);
    const std::size_t begin = rewriter.sourceAt();
    if (written == segment)
        return rewriter.keep(begin + segment.size());
    if (!track)
        return rewriter.replace(begin + segment.size(), written);
    for (std::size_t at = 0; at < segment.size();) {
        const std::size_t end = sequenceEnd(segment, at, form);
        const std::string_view sequence = segment.substr(at, end - at);
        const std::string sequenceForm = formOf(sequence, form);
        if (sequenceForm == sequence)
            rewriter.keep(begin + end);
        else
            rewriter.replace(begin + end, sequenceForm);
        at = end;
    }
}

} // namespace

void normalizeUnicode(AlignedText& text, UnicodeForm form, Pacer& pacer) {
    const std::string_view source = text.text();
    std::size_t high = findHigh(source, 0, form);
    if (high == source.size())
        return;
    TextRewriter rewriter(text);
    while (high < source.size()) {
        // The character before may be the base that a mark attaches to.
        const std::size_t begin = high > rewriter.sourceAt() ? characterBefore(source, high) : high;
        std::size_t end = high;
        for (std::size_t next = high; next < source.size();) {
            if (nextCodePoint(source, next) < firstThatMatters(form))
                break;
            end = next;
        }
        rewriter.keep(begin);
        rewriteSegment(rewriter, source.substr(begin, end - begin), form, text.tracks());
        pacer.advance(end - begin);
        high = findHigh(source, end, form);
    }
    rewriter.finish();
}

} // namespace vernier
