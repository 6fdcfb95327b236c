#include "core/curate/text_search.h"

#include "core/curate/wildcard.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace vernier {
namespace {

std::string spaced(std::size_t before, std::string_view text, std::size_t behind) {
    return std::string(before, ' ') + std::string(text) + std::string(behind, ' ');
}

TEST(TextSearch, FindsAPhraseWhereverItStands) {
    const TextSearch search("needle");
    for (std::size_t before = 0; before < 140; ++before)
        for (const std::size_t behind : {0, 1, 63, 64, 65}) {
            ASSERT_TRUE(search.foundIn(spaced(before, "NeeDle", behind))) << before << " " << behind;
            ASSERT_FALSE(search.foundIn(spaced(before, "NeeDl", behind))) << before << " " << behind;
        }
}

TEST(TextSearch, KnowsBothCasesOfSeveralAlphabets) {
    EXPECT_TRUE(TextSearch("ÄRGER").foundIn("viel ärger"));
    EXPECT_TRUE(TextSearch("привет").foundIn("ПРИВЕТ, мир"));
    EXPECT_TRUE(TextSearch("ёлка").foundIn("ЁЛКА"));
    EXPECT_TRUE(TextSearch("λόγος").foundIn("λόγος"));
    EXPECT_TRUE(TextSearch("ΑΒΓ").foundIn("αβγ"));
    EXPECT_FALSE(TextSearch("×").foundIn("÷")); // differ by the same bit as letters do
    EXPECT_FALSE(TextSearch("日本").foundIn("日木"));
    EXPECT_TRUE(TextSearch("日本").foundIn("在日本"));
    EXPECT_FALSE(TextSearch("@").foundIn("`"));
    EXPECT_EQ(foldCase("ÀÉ×Ω Ж"), "àé×ω ж");
}

TEST(TextSearch, HandlesEmptyAndShortTexts) {
    EXPECT_TRUE(TextSearch("").foundIn(""));
    EXPECT_TRUE(TextSearch("").foundIn("text"));
    EXPECT_FALSE(TextSearch("text").foundIn(""));
    EXPECT_TRUE(TextSearch("x").foundIn("X"));
    EXPECT_TRUE(TextSearch(std::string_view("\0x", 2)).foundIn(std::string_view("a\0X", 3)));
}

TEST(TextSearch, AgreesWithANaiveSearch) {
    std::mt19937 random(11);
    const auto word = [&](std::size_t length) {
        std::string text;
        for (std::size_t i = 0; i < length; ++i)
            text += "aAbB"[random() % 4];
        return text;
    };
    const auto lower = [](std::string text) {
        for (char& c : text)
            c = static_cast<char>(c | 0x20);
        return text;
    };
    for (int round = 0; round < 3000; ++round) {
        const std::string text = word(random() % 200), phrase = word(1 + random() % 9);
        ASSERT_EQ(TextSearch(phrase).foundIn(text), lower(text).find(lower(phrase)) != std::string::npos)
            << text << " / " << phrase;
    }
}

TEST(Wildcard, ComparesWholeNames) {
    EXPECT_TRUE(Wildcard("code").matches("Code"));
    EXPECT_FALSE(Wildcard("code").matches("codes"));
    EXPECT_TRUE(Wildcard("*.jsonl").matches("a.jsonl.JSONL"));
    EXPECT_FALSE(Wildcard("*.jsonl").matches("a.jsonl.gz"));
    EXPECT_TRUE(Wildcard("a*b*c").matches("a-b-b-c"));
    EXPECT_FALSE(Wildcard("a*b*c").matches("a-c-b"));
    EXPECT_TRUE(Wildcard("m?ller").matches("MÜLLER"));
    EXPECT_FALSE(Wildcard("m?ller").matches("mller"));
    EXPECT_TRUE(Wildcard("*").matches(""));
    EXPECT_FALSE(Wildcard("?").matches(""));
    EXPECT_TRUE(Wildcard("").matches(""));
    EXPECT_FALSE(Wildcard(std::string(40, '*') + "b").matches(std::string(5000, 'a'))); // linear, not exponential
}

TEST(Wildcard, SurvivesNamesThatAreNotUtf8) {
    EXPECT_TRUE(Wildcard("*.txt").matches("\xFF\xC3.txt"));
    EXPECT_FALSE(Wildcard("?.md").matches("\xE2\x82"));
    EXPECT_TRUE(Wildcard("\xC3*").matches("\xC3"));
}

} // namespace
} // namespace vernier
