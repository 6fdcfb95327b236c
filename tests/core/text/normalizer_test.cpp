#include "core/text/normalizer.h"

#include <gtest/gtest.h>

#include <string>

namespace vernier {
namespace {

std::string nfc(std::string text) {
    composeNfc(text);
    return text;
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

} // namespace
} // namespace vernier
