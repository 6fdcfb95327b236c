#include "core/text/split.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

#include <string>

namespace vernier {
namespace {

/// The words of text after a split, joined with "|".
std::string words(const std::string& text, Regex pattern, SplitBehavior behavior, bool invert = false) {
    Words cut{AlignedText(text), {{0, text.size()}}};
    TextScratch scratch;
    Split(std::move(pattern), behavior, invert).split(cut, scratch);
    std::string joined;
    for (const TextSpan& span : cut.spans)
        joined += (joined.empty() ? "" : "|") + std::string(cut.word(span));
    return joined;
}

Regex regex(const std::string& pattern) {
    return Regex::oniguruma(pattern, "test");
}

TEST(Split, treatsMatchesByBehavior) {
    const std::string text = "the-final--countdown";
    EXPECT_EQ(words(text, regex("-"), SplitBehavior::Removed), "the|final|countdown");
    EXPECT_EQ(words(text, regex("-"), SplitBehavior::Isolated), "the|-|final|-|-|countdown");
    EXPECT_EQ(words(text, regex("-"), SplitBehavior::MergedWithPrevious), "the-|final-|-|countdown");
    EXPECT_EQ(words(text, regex("-"), SplitBehavior::MergedWithNext), "the|-final|-|-countdown");
    EXPECT_EQ(words(text, regex("-"), SplitBehavior::Contiguous), "the|-|final|--|countdown");
}

TEST(Split, invertsWhatCountsAsMatch) {
    EXPECT_EQ(words("ab12c", regex("\\d"), SplitBehavior::Removed, true), "1|2");
    EXPECT_EQ(words("ab12c", regex("\\d+"), SplitBehavior::Isolated, true), "ab|12|c");
}

TEST(Split, cutsAtEmptyMatches) {
    EXPECT_EQ(words("oneTwoThree", regex("(?=[A-Z])"), SplitBehavior::Isolated), "one|Two|Three");
    EXPECT_EQ(words("aé漢", regex(""), SplitBehavior::Isolated), "a|é|漢");
}

TEST(Split, takesTextsLiterally) {
    EXPECT_EQ(words("a.b+c", Regex::literal(".", "test"), SplitBehavior::Removed), "a|b+c");
    EXPECT_EQ(words("a[b", Regex::literal("[", "test"), SplitBehavior::Isolated), "a|[|b");
}

TEST(Split, followsOnigurumaWhereItDiffers) {
    EXPECT_EQ(words("a\u180eb", regex("\\s"), SplitBehavior::Removed), "a\u180eb"); // white space in PCRE2 only
    EXPECT_EQ(words("a\u00a0b\u3000c\u0085d", regex("\\s"), SplitBehavior::Removed), "a|b|c|d");
    EXPECT_EQ(words("a\u0301b", regex("\\w+"), SplitBehavior::Isolated), "a\u0301b"); // marks belong to words
    EXPECT_EQ(words("x\ny", regex("^y"), SplitBehavior::Isolated), "x\n|y");          // ^ stands at every line
    EXPECT_EQ(words("x]y-", regex("[]\\s-]"), SplitBehavior::Removed), "x|y");
    EXPECT_THROW(regex("[a[bc]]"), Error);
    EXPECT_THROW(regex("\\h"), Error);
}

} // namespace
} // namespace vernier
