#include "core/curate/language.h"

#include "core/base/utf8.h"
#include "core/curate/text_health.h"
#include "tests/support/test_files.h"

#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

TEST(Scripts, OfSingleCharacters) {
    EXPECT_EQ(scriptOf('q'), Script::Latin);
    EXPECT_EQ(scriptOf(U'é'), Script::Latin);
    EXPECT_EQ(scriptOf(U'×'), std::nullopt);
    EXPECT_EQ(scriptOf(U'Ж'), Script::Cyrillic);
    EXPECT_EQ(scriptOf(U'क'), Script::Devanagari);
    EXPECT_EQ(scriptOf(U'の'), Script::Kana);
    EXPECT_EQ(scriptOf(U'世'), Script::Han);
    EXPECT_EQ(scriptOf(U'한'), Script::Hangul);
    EXPECT_EQ(scriptOf(U'5'), std::nullopt);
    EXPECT_EQ(scriptOf(U'😀'), std::nullopt);
    EXPECT_EQ(scriptOf(0x10FFFF), std::nullopt);
    EXPECT_EQ(name(Script::Han), "Hani");
}

TEST(Scripts, SharesAreOfLettersOnly) {
    const auto shares = scriptShares("abc, где 123?");
    ASSERT_EQ(shares.size(), 2u);
    EXPECT_EQ(shares[0].letters, 3u);
    EXPECT_EQ(shares[0].share, 0.5);
    EXPECT_TRUE(scriptShares("1 + 2 = 3").empty());
}

TEST(Language, KnowsShortSentences) {
    EXPECT_EQ(guessLanguage("The cat sat on the mat and it was happy with what it had.").code, "en");
    EXPECT_EQ(guessLanguage("Le chat est sur la table et il ne veut pas descendre.").code, "fr");
    EXPECT_EQ(guessLanguage("Die Katze sitzt auf dem Tisch und will nicht herunter.").code, "de");
    EXPECT_EQ(guessLanguage("Кошка сидит на столе, и она не хочет слезать с него.").code, "ru");
    EXPECT_EQ(guessLanguage("猫は机の上に座っています。").code, "ja");
    EXPECT_EQ(guessLanguage("猫坐在桌子上。").code, "zh");
}

TEST(Language, SaysUndWhereNothingIsSure) {
    EXPECT_EQ(guessLanguage("").code, "und");
    EXPECT_EQ(guessLanguage("12 + 30 = 42").code, "und");
    EXPECT_EQ(guessLanguage("zxcv qwer asdf hjkl bnm poiu lkjh").code, "und");
    EXPECT_EQ(guessLanguage("ok").code, "und");
}

/// Language names of the Universal Declaration of Human Rights' files as ISO 639-1.
const std::map<std::string, std::string> kDeclarations = {
    {"eng", "en"}, {"fra", "fr"}, {"deu_1996", "de"},      {"spa", "es"},      {"por_BR", "pt"}, {"ita", "it"},
    {"rus", "ru"}, {"ukr", "uk"}, {"cmn_hans", "zh"},      {"cmn_hant", "zh"}, {"jpn", "ja"},    {"kor", "ko"},
    {"arb", "ar"}, {"heb", "he"}, {"hin", "hi"},           {"ben", "bn"},      {"tam", "ta"},    {"tha", "th"},
    {"vie", "vi"}, {"tur", "tr"}, {"ell_monotonic", "el"}, {"fin", "fi"},      {"hun", "hu"},    {"ces", "cs"},
    {"pol", "pl"}, {"swh", "sw"}, {"amh", "am"},           {"kat", "ka"},      {"hye", "hy"},    {"mya", "my"}};

/// Every document of the file with its language.
std::map<std::string, std::string> declarations() {
    std::map<std::string, std::string> texts;
    std::istringstream lines(test::get(test::sharedFolder() / "texts" / "udhr" / "udhr.jsonl"));
    for (std::string line; std::getline(lines, line);) {
        const auto record = nlohmann::json::parse(line);
        texts[kDeclarations.at(record["lang"])] += record["text"].get<std::string>() + "\n";
    }
    return texts;
}

TEST(Language, KnowsTheThirtyDeclarationsWhole) {
    VERNIER_NEEDS_SHARED();
    for (const auto& [language, text] : declarations())
        EXPECT_EQ(guessLanguage(text).code, language);
}

TEST(Language, KnowsMostOfTheirParagraphs) {
    VERNIER_NEEDS_SHARED();
    int all = 0, right = 0, unsure = 0;
    for (const auto& [language, text] : declarations()) {
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            std::size_t characters = 0;
            for (std::size_t at = 0; at < line.size(); ++characters)
                nextCodePoint(line, at);
            if (characters < 100)
                continue;
            const auto guess = guessLanguage(line).code;
            ++all;
            right += guess == language ? 1 : 0;
            unsure += guess == "und" ? 1 : 0;
        }
    }
    RecordProperty("paragraphs", all);
    RecordProperty("right", right);
    RecordProperty("unsure", unsure);
    EXPECT_GE(right, all * 99 / 100) << right << " of " << all << ", " << unsure << " unsure";
    EXPECT_LE(all - right - unsure, all / 100) << "wrong rather than unsure";
}

TEST(TextHealth, TellsDamagedTextFromText) {
    const auto findings = [](std::string_view text) { return judgeText(measureTextHealth(text), {}); };
    const std::string good = "It was a bright cold day in the garden, and nobody had thought of the clocks.";
    EXPECT_FALSE(findings(good).any());
    EXPECT_FALSE(findings("Déjà vu : l’été, à Noël, où « être » côtoie “paraître”. Ça alors, quelle idée !").any());
    EXPECT_FALSE(findings("Всеобщая декларация прав человека, принятая Генеральной Ассамблеей ООН.").any());
    EXPECT_FALSE(findings("def add(a, b):\n    \"\"\"Adds two numbers.\"\"\"\n    return a + b\n").any());
    EXPECT_TRUE(findings("too short").tooShort);
    EXPECT_TRUE(findings(good + "\xEF\xBF\xBD\xEF\xBF\xBD").garbled);
    EXPECT_TRUE(findings(good + std::string("\0\1\2\3", 4)).garbled);
    EXPECT_TRUE(findings("DÃ©jÃ  vu Ã  NoÃ«l, cÃ´tÃ© Ã©tÃ© : lâ€™Ã©cole est fermÃ©e aujourdâ€™hui.").garbled);
    EXPECT_TRUE(findings("Р’СЃРµРѕР±С‰Р°СЏ РґРµРєР»Р°СЂР°С†РёСЏ РїСЂР°РІ С‡РµР»РѕРІРµРєР°").garbled);
    EXPECT_TRUE(findings("31 4159 2653 5897 9323 8462 6433 8327 9502 8841 9716 9399 3751 a").garbled);
    std::string loop;
    for (int i = 0; i < 50; ++i)
        loop += "and again ";
    EXPECT_TRUE(findings(loop).repetitive);
    TextLimits limits;
    limits.mostCharacters = 10;
    EXPECT_TRUE(judgeText(measureTextHealth(good), limits).tooLong);
    EXPECT_EQ(measureTextHealth("").characters, 0u);
}

} // namespace
} // namespace vernier
