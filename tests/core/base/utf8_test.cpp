#include "core/base/utf8.h"

#include <gtest/gtest.h>

namespace vernier {
namespace {

// The maximal-subpart examples of the Unicode standard, section 3.9.
TEST(Utf8, ReplacesEachMaximalInvalidSequenceOnce) {
    const auto repaired = repairUtf8("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64");
    EXPECT_EQ(repaired.text, "a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd");
    EXPECT_EQ(repaired.replacements, 6u);
    EXPECT_EQ(countInvalidUtf8("\xC0\xAF\xED\xA0\x80\xF5"), 6u); // overlong, surrogate, too large
}

TEST(Utf8, LeavesValidTextAlone) {
    const std::string text = "Aé€😀\x7F";
    EXPECT_EQ(countInvalidUtf8(text), 0u);
    EXPECT_EQ(repairUtf8(text).text, text);
}

TEST(Utf8, RoundTripsEveryCodePoint) {
    for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 97) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        std::string text;
        appendUtf8(text, c);
        std::size_t at = 0;
        ASSERT_EQ(nextCodePoint(text, at), c);
        ASSERT_EQ(at, text.size());
        ASSERT_EQ(countInvalidUtf8(text), 0u);
    }
}

} // namespace
} // namespace vernier
