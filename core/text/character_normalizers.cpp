#include "core/text/character_normalizers.h"

#include "core/base/utf8.h"
#include "core/text/characters.h"

#include <utf8proc.h>

namespace vernier {

namespace {

/// Gives every character c to change(c, begin, end, rewriter), which may replace it; the rest stays.
template <class Change>
void rewriteCharacters(AlignedText& text, TextScratch& scratch, Change change) {
    const std::string_view source = text.text();
    TextRewriter rewriter(text);
    for (std::size_t at = 0; at < source.size();) {
        const std::size_t begin = at;
        const char32_t c = nextCodePoint(source, at);
        change(c, begin, at, rewriter);
        scratch.pacer.advance(at - begin);
    }
    rewriter.finish();
}

bool isDroppedByNmt(char32_t c) {
    return (c >= 0x01 && c <= 0x08) || c == 0x0B || (c >= 0x0E && c <= 0x1F) || c == 0x7F || c == 0x8F || c == 0x9F;
}

bool isSpaceForNmt(char32_t c) {
    return c == 0x09 || c == 0x0A || c == 0x0C || c == 0x0D || c == 0x1680 || (c >= 0x200B && c <= 0x200F) ||
           c == 0x2028 || c == 0x2029 || c == 0x2581 || c == 0xFEFF || c == 0xFFFD;
}

} // namespace

void LowercaseNormalizer::normalize(AlignedText& text, TextScratch& scratch) const {
    rewriteCharacters(text, scratch, [](char32_t c, std::size_t begin, std::size_t end, TextRewriter& rewriter) {
        constexpr char32_t kDottedI = 0x130; // the one character whose lower case is two
        const auto lower = static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
        if (lower == c && c != kDottedI)
            return;
        std::string written;
        appendUtf8(written, c == kDottedI ? U'i' : lower);
        if (c == kDottedI)
            appendUtf8(written, 0x307);
        rewriter.keep(begin);
        rewriter.replace(end, written);
    });
}

void StripAccentsNormalizer::normalize(AlignedText& text, TextScratch& scratch) const {
    rewriteCharacters(text, scratch, [](char32_t c, std::size_t begin, std::size_t end, TextRewriter& rewriter) {
        if (!isMark(c))
            return;
        rewriter.keep(begin);
        rewriter.replace(end, {});
    });
}

void StripNormalizer::normalize(AlignedText& text, TextScratch&) const {
    const std::string_view source = text.text();
    const std::size_t begin = m_left ? spaceEnd(source, 0) : 0;
    const std::size_t end = m_right ? spaceBegin(source, source.size(), begin) : source.size();
    TextRewriter rewriter(text);
    rewriter.replace(begin, {});
    rewriter.keep(end);
    rewriter.replace(source.size(), {});
    rewriter.finish();
}

void NmtNormalizer::normalize(AlignedText& text, TextScratch& scratch) const {
    rewriteCharacters(text, scratch, [](char32_t c, std::size_t begin, std::size_t end, TextRewriter& rewriter) {
        if (!isDroppedByNmt(c) && !isSpaceForNmt(c))
            return;
        rewriter.keep(begin);
        rewriter.replace(end, isSpaceForNmt(c) ? " " : "");
    });
}

} // namespace vernier
