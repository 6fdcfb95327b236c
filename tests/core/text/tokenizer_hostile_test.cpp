// Texts and patterns made to take for ever must not.

#include "core/base/error.h"
#include "tests/core/text/toy_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace vernier {
namespace {

using nlohmann::json;

// Linear work takes a fraction of this even in a slow build; quadratic work takes hours.
constexpr auto kPatience = std::chrono::seconds(60);

template <typename Act>
void expectQuick(Act act) {
    const auto start = std::chrono::steady_clock::now();
    act();
    EXPECT_LT(std::chrono::steady_clock::now() - start, kPatience);
}

std::string repeated(std::string_view piece, std::size_t bytes) {
    std::string text;
    while (text.size() < bytes)
        text += piece;
    return text;
}

TEST(TokenizerUnderAttack, mergesTenMegabytesWithoutSpace) {
    json bytes = test::byteJson();
    bytes["model"]["vocab"].update({{"aa", 300}, {"aaaa", 301}, {"aaaaaaaa", 302}});
    bytes["model"]["merges"] = {"a a", "aa aa", "aaaa aaaa"};
    const Tokenizer tokenizer = test::load(bytes);
    expectQuick([&] {
        const auto ids = tokenizer.encode(std::string(10'000'000, 'a'));
        EXPECT_EQ(ids.size(), 1'250'000u);
        EXPECT_EQ(ids.front(), 302);
        EXPECT_EQ(ids.back(), 302);
    });
}

TEST(TokenizerUnderAttack, passesLongRunsOfOneKind) {
    const Tokenizer tokenizer = Tokenizer::load(test::demoFolder() / "model");
    for (const std::string_view piece : {" ", "\n", "é", "1", "'", "\xE2\x80\x83", "\xCC\x81"})
        expectQuick([&] {
            const std::string text = repeated(piece, 1'000'000) + "x";
            EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
        });
}

TEST(TokenizerUnderAttack, passesLongRunsUnderThePatternOfLlama3) {
    json bytes = test::byteJson();
    bytes["pre_tokenizer"] = json::parse(R"({"type": "Sequence", "pretokenizers": [
        {"type": "Split", "behavior": "Isolated", "invert": false, "pattern": {"Regex":
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}},
        {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]})");
    const Tokenizer tokenizer = test::load(bytes);
    for (const std::string_view piece : {" ", "\n ", "\r\n", "漢", "1", "!", "\t", "'s"})
        expectQuick([&] {
            const std::string text = repeated(piece, 1'000'000) + "x";
            EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
        });
}

TEST(TokenizerUnderAttack, ordersMillionsOfCombiningMarks) {
    json bytes = test::byteJson();
    bytes["normalizer"] = {{"type", "NFC"}};
    const Tokenizer tokenizer = test::load(bytes);
    // Acute (class 230) and cedilla (class 202) in turn: ordering them by neighbours would take n^2 swaps.
    expectQuick([&] { EXPECT_FALSE(tokenizer.encode("x" + repeated("\xCC\x81\xCC\xA7", 2'000'000)).empty()); });
}

TEST(TokenizerUnderAttack, boundsPatternsThatBacktrack) {
    json toy = test::toyJson();
    toy["pre_tokenizer"] =
        json::parse(R"({"type": "Split", "behavior": "Isolated", "pattern": {"Regex": "(a|aa|b(?=c))+$"}})");
    const Tokenizer tokenizer = test::load(toy);
    expectQuick([&] {
        try {
            tokenizer.encode(std::string(5'000, 'a') + "b");
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Input);
            EXPECT_THAT(error.what(), testing::HasSubstr("pre_tokenizer.pattern.Regex"));
        }
    });
}

TEST(TokenizerUnderAttack, looksForManyOverlappingAddedTokens) {
    json toy = test::toyJson();
    for (int i = 0; i < 500; ++i)
        toy["added_tokens"].push_back(
            {{"id", 100 + i}, {"content", std::string(static_cast<std::size_t>(i) + 1, '<')}});
    const Tokenizer tokenizer = test::load(toy);
    expectQuick([&] { EXPECT_EQ(tokenizer.encode(std::string(1'000'000, '<')).size(), 2'000u); });
}

TEST(TokenizerUnderAttack, survivesEveryTruncationOfItsFile) {
    const std::string whole = test::toyJson().dump();
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_THROW(test::loadText(whole.substr(0, size)), Error);
}

TEST(TokenizerUnderAttack, survivesValuesOfOtherTypes) {
    // Every member replaced by a value of every other type: it loads or it throws Error, nothing else.
    const json toy = test::toyJson();
    const json flat = toy.flatten();
    for (const auto& [pointer, original] : flat.items())
        for (const json& other : {json(nullptr), json(true), json(-7), json(1e300), json("x"), json::array({1}),
                                  json::object({{"type", "Sequence"}})}) {
            json changed = toy;
            changed[json::json_pointer(pointer)] = other;
            try {
                test::load(changed).encode("abc <end> 12");
            } catch (const Error& error) {
                EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
            }
        }
}

} // namespace
} // namespace vernier
