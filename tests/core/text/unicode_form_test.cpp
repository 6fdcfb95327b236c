#include "core/text/unicode_form.h"

#include <gtest/gtest.h>

#include <iterator>
#include <random>
#include <string>
#include <string_view>

namespace vernier {
namespace {

constexpr UnicodeForm kForms[] = {UnicodeForm::Nfc, UnicodeForm::Nfd, UnicodeForm::Nfkc, UnicodeForm::Nfkd};

AlignedText formOf(std::string text, UnicodeForm form, bool track = false) {
    AlignedText aligned(std::move(text), track);
    Pacer pacer;
    normalizeUnicode(aligned, form, pacer);
    return aligned;
}

std::string nfc(std::string text) {
    return formOf(std::move(text), UnicodeForm::Nfc).text();
}

TEST(ComposeNfc, leavesComposedTextAlone) {
    for (const std::string text :
         {"", "plain ASCII", "Ünïcödé ÿ", "漢字かな", "“quoted”", "😀👩‍👩‍👧", "\xC4\x80"})
        EXPECT_EQ(nfc(text), text);
}

TEST(ComposeNfc, composesMarksWithTheirBase) {
    EXPECT_EQ(nfc("e\u0301"), "é");
    EXPECT_EQ(nfc("cafe\u0301 au lait, e\u0301te\u0301"), "café au lait, été");
    EXPECT_EQ(nfc("\u00fc\u0304"), "\u01d6"); // ü with macron: the base is itself composed
    EXPECT_EQ(nfc("\u1112\u1161\u11ab"), "한");
    EXPECT_EQ(nfc("\uac00\u11a8"), "각");
}

TEST(ComposeNfc, ordersMarksByClass) {
    EXPECT_EQ(nfc("a\u0301\u0323"), "\u1ea1\u0301"); // the dot below belongs to the a
    EXPECT_EQ(nfc("q\u0301\u0323"), "q\u0323\u0301");
}

TEST(ComposeNfc, replacesSingletonsAndKeepsExclusions) {
    EXPECT_EQ(nfc("\u212b"), "\u00c5");       // the Ångström sign
    EXPECT_EQ(nfc("\u2126"), "\u03a9");       // the ohm sign
    EXPECT_EQ(nfc("\u0958"), "\u0915\u093c"); // excluded from composition
    EXPECT_EQ(nfc("ﬁ Ⅷ ２"), "ﬁ Ⅷ ２");       // compatibility characters stay
}

TEST(UnicodeForm, decomposesAndReplacesCompatibilityCharacters) {
    const std::string text = "é ﬁ Ⅷ ２ \u212b …\u00a0한";
    EXPECT_EQ(formOf(text, UnicodeForm::Nfd).text(), "e\u0301 ﬁ Ⅷ ２ A\u030a …\u00a0\u1112\u1161\u11ab");
    EXPECT_EQ(formOf(text, UnicodeForm::Nfkc).text(), "é fi VIII 2 Å ... 한");
    EXPECT_EQ(formOf(text, UnicodeForm::Nfkd).text(), "e\u0301 fi VIII 2 A\u030a ... \u1112\u1161\u11ab");
    EXPECT_EQ(formOf("\u0080\u009f", UnicodeForm::Nfkc).text(), "\u0080\u009f");
}

TEST(UnicodeForm, remembersWhereChangedSequencesStemFrom) {
    const AlignedText text = formOf("xe\u0301 漢y…z", UnicodeForm::Nfkc, true); // "xé 漢y...z"
    ASSERT_EQ(text.text(), "xé 漢y...z");
    EXPECT_EQ(text.origin({0, 1}), (TextSpan{0, 1}));
    EXPECT_EQ(text.origin({1, 3}), (TextSpan{1, 4})); // e and its acute
    EXPECT_EQ(text.origin({4, 7}), (TextSpan{5, 8})); // unchanged within the same run
    EXPECT_EQ(text.origin({8, 9}), (TextSpan{9, 12}));
    EXPECT_EQ(text.origin({11, 12}), (TextSpan{12, 13}));
}

TEST(UnicodeForm, givesTheSameTextTrackedOrNot) {
    std::mt19937 random(11);
    constexpr std::string_view kPieces[] = {"a",      "e",      " ",      "é",      "\u0301", "\u0323", "\u0308",
                                            "\u1100", "\u1161", "\u11a8", "가",     "\u0f73", "\u0344", "ﬁ",
                                            "…",      "\u09c7", "\u09be", "\u212b", "漢",     "\u0958", "\u1e9b"};
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (unsigned i = random() % 12; i > 0; --i)
            text += kPieces[random() % std::size(kPieces)];
        for (const UnicodeForm form : kForms) {
            const AlignedText tracked = formOf(text, form, true);
            ASSERT_EQ(tracked.text(), formOf(text, form).text()) << text;
            std::size_t begin = 0, end = 0;
            for (std::size_t i = 0; i < tracked.text().size(); ++i) {
                const TextSpan origin = tracked.origin({i, i + 1});
                ASSERT_TRUE(origin.begin >= begin && origin.end >= end && origin.end <= text.size()) << text;
                begin = origin.begin;
                end = origin.end;
            }
        }
    }
}

TEST(UnicodeForm, tracksMillionsOfMarks) {
    std::string text = "x";
    for (int i = 0; i < 200'000; ++i)
        text += "\u0f73"; // two marks that trade places with those before
    EXPECT_EQ(formOf(text, UnicodeForm::Nfd, true).text(), formOf(text, UnicodeForm::Nfd).text());
}

} // namespace
} // namespace vernier
