#include "core/text/tokenizer.h"

#include "core/base/sha256.h"
#include "core/text/chat_template.h"
#include "tests/core/text/toy_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace vernier {
namespace {

using nlohmann::json;
using test::load;
using test::toyJson;
using testing::ElementsAre;
using testing::IsEmpty;
using Ids = std::vector<std::int32_t>;

/// All ids of one demo corpus: rendered documents, each followed by the end-of-text token.
Ids demoIds(const Tokenizer& tokenizer, const std::string& name) {
    const auto chat = ChatTemplate::load(test::demoFolder() / "model");
    std::istringstream lines(test::get(test::demoFolder() / "text" / (name + ".jsonl")));
    Ids all;
    for (std::string line; std::getline(lines, line);) {
        const json document = json::parse(line);
        const std::string text = document.contains("messages") ? chat->render(document.at("messages"))
                                                               : document.at("text").get<std::string>();
        const Ids ids = tokenizer.encode(text);
        all.insert(all.end(), ids.begin(), ids.end());
        all.push_back(*tokenizer.endOfText());
    }
    return all;
}

TEST(TokenizerOfDemo, givesTheGoldenIds) {
    const Tokenizer tokenizer = Tokenizer::load(test::demoFolder() / "model");
    const json golden = test::golden("demo.json").at("ids");
    for (const char* name : {"calibration", "evaluation"}) {
        const Ids ids = demoIds(tokenizer, name);
        const json& expected = golden.at(name);
        EXPECT_EQ(ids.size(), expected.at("count").get<std::size_t>()) << name;
        EXPECT_EQ(Ids(ids.begin(), ids.begin() + 32), expected.at("first32").get<Ids>()) << name;
        EXPECT_EQ(sha256(std::as_bytes(std::span(ids))), expected.at("sha256_int32le").get<std::string>()) << name;
    }
}

TEST(TokenizerOfDemo, decodesWhatItEncodes) {
    const Tokenizer tokenizer = Tokenizer::load(test::demoFolder() / "model");
    for (const std::string text : {"", " ", "Hello, how are you today?", "Había niebla «¿De quién?» 😀\n\n\t x",
                                   "<|im_start|>user\nHi<|im_end|>\n"})
        EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
}

TEST(TokenizerOfDemo, answersQuestionsAboutTokens) {
    const Tokenizer tokenizer = Tokenizer::load(test::demoFolder() / "model");
    EXPECT_EQ(tokenizer.vocabularySize(), 1536u);
    EXPECT_EQ(tokenizer.endOfText(), 0);
    EXPECT_EQ(tokenizer.beginOfText(), 0);
    EXPECT_EQ(tokenizer.idOf("<|im_start|>"), 1);
    EXPECT_EQ(tokenizer.idOf("no such token"), std::nullopt);
    EXPECT_TRUE(tokenizer.isSpecial(1));
    EXPECT_FALSE(tokenizer.isSpecial(300));
    EXPECT_FALSE(tokenizer.isSpecial(-1));
    EXPECT_EQ(tokenizer.tokenBytes(1), "<|im_start|>");
    EXPECT_EQ(tokenizer.tokenBytes(1536), "");
    EXPECT_EQ(tokenizer.tokenBytes(-5), "");
    EXPECT_EQ(tokenizer.tokenBytes(*tokenizer.idOf("Ġthe")), " the");
    EXPECT_EQ(tokenizer.decode({1, -1, 99999, 1}), "<|im_start|>\xEF\xBF\xBD\xEF\xBF\xBD<|im_start|>");
}

TEST(TokenizerOfDemo, encodesFromManyThreadsAlike) {
    const Tokenizer tokenizer = Tokenizer::load(test::demoFolder() / "model");
    const std::string text = test::get(test::demoFolder() / "text" / "evaluation.jsonl").substr(0, 60'000);
    const Ids expected = tokenizer.encode(text);
    std::vector<Ids> results(4);
    {
        std::vector<std::jthread> threads;
        for (Ids& result : results)
            threads.emplace_back([&] { result = tokenizer.encode(text); });
    }
    for (const Ids& result : results)
        EXPECT_EQ(result, expected);
}

TEST(Tokenizer, mergesLowestRankFirst) {
    const Tokenizer tokenizer = load(toyJson());
    EXPECT_THAT(tokenizer.encode("abc"), ElementsAre(5));
    EXPECT_THAT(tokenizer.encode("bcab"), ElementsAre(7, 4));
    EXPECT_THAT(tokenizer.encode("aab"), ElementsAre(0, 4));
    EXPECT_THAT(tokenizer.encode(""), IsEmpty());
}

TEST(Tokenizer, dropsUnknownCharactersWithoutUnknownToken) {
    EXPECT_THAT(load(toyJson()).encode("axb"), ElementsAre(4)); // a and b become neighbours and merge
}

TEST(Tokenizer, writesUnknownTokensOneByOneOrFused) {
    json toy = toyJson();
    toy["model"]["vocab"]["<unk>"] = 14;
    toy["model"]["unk_token"] = "<unk>";
    EXPECT_THAT(load(toy).encode("axyb"), ElementsAre(0, 14, 14, 1));
    toy["model"]["fuse_unk"] = true;
    EXPECT_THAT(load(toy).encode("axybzz"), ElementsAre(0, 14, 1, 14));
}

TEST(Tokenizer, fallsBackToBytes) {
    json toy = toyJson();
    toy["model"]["byte_fallback"] = true;
    toy["model"]["vocab"]["<0xC3>"] = 14;
    toy["model"]["vocab"]["<0xA4>"] = 15;
    const Tokenizer tokenizer = load(toy);
    EXPECT_THAT(tokenizer.encode("aä"), ElementsAre(0, 14, 15));
    EXPECT_EQ(tokenizer.decode({0, 14, 15}), "aä");
    EXPECT_EQ(tokenizer.decode({14}), "\xEF\xBF\xBD");
    EXPECT_EQ(tokenizer.tokenBytes(15), "\xA4");
}

TEST(Tokenizer, takesWholeWordsUnderIgnoreMerges) {
    json toy = toyJson();
    EXPECT_THAT(load(toy).encode(" a"), ElementsAre(3, 0)); // no merge makes " a"
    toy["model"]["ignore_merges"] = true;
    EXPECT_THAT(load(toy).encode(" a"), ElementsAre(6));
    EXPECT_THAT(load(toy).encode(" ab"), ElementsAre(3, 4));
}

TEST(Tokenizer, normalizesLikeSentencePiece) {
    json toy = toyJson();
    toy["normalizer"] = json::parse(R"({"type": "Sequence", "normalizers": [
        {"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]})");
    toy["decoder"] = json::parse(R"({"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]})");
    const Tokenizer tokenizer = load(toy);
    EXPECT_THAT(tokenizer.encode("a a"), ElementsAre(9, 9));
    EXPECT_THAT(tokenizer.encode("a<end>a"), ElementsAre(9, 20, 9)); // every piece is prepended
    EXPECT_EQ(tokenizer.decode({9, 9}), "a a");
    EXPECT_EQ(tokenizer.tokenBytes(9), " a");
}

TEST(Tokenizer, composesBeforeItLooksUp) {
    json toy = toyJson();
    toy["normalizer"] = {{"type", "NFC"}};
    EXPECT_THAT(load(toy).encode("e\xCC\x81"), ElementsAre(10));
}

TEST(Tokenizer, findsLongestAddedTokenFirst) {
    json toy = toyJson();
    toy["added_tokens"].push_back({{"id", 21}, {"content", "<end><end>"}, {"special", true}});
    toy["added_tokens"].push_back({{"id", 22}, {"content", "nd>"}, {"special", true}});
    EXPECT_THAT(load(toy).encode("a<end>b<end><end>c"), ElementsAre(0, 20, 1, 21, 2));
}

TEST(Tokenizer, findsAddedTokensInRawOrNormalizedText) {
    json toy = toyJson();
    toy["normalizer"] = json::parse(R"({"type": "Replace", "pattern": {"String": "x"}, "content": "ab"})");
    toy["added_tokens"].push_back({{"id", 21}, {"content", "cx"}, {"special", false}, {"normalized", false}});
    toy["added_tokens"].push_back({{"id", 22}, {"content", "bx"}, {"special", false}, {"normalized", true}});
    const Tokenizer tokenizer = load(toy);
    EXPECT_THAT(tokenizer.encode("cx"), ElementsAre(21));
    EXPECT_THAT(tokenizer.encode("cab"), ElementsAre(2, 4)); // not in the raw text
    EXPECT_THAT(tokenizer.encode("bx"), ElementsAre(22));
    EXPECT_THAT(tokenizer.encode("bab"), ElementsAre(22)); // its content is normalized as well
}

TEST(Tokenizer, stripsSpaceAroundAddedTokens) {
    json toy = toyJson();
    toy["added_tokens"] = json::array(
        {{{"id", 20}, {"content", "<l>"}, {"lstrip", true}}, {{"id", 21}, {"content", "<r>"}, {"rstrip", true}}});
    const Tokenizer tokenizer = load(toy);
    EXPECT_THAT(tokenizer.encode("a \xC2\xA0<l> b"), ElementsAre(0, 20, 3, 1));
    EXPECT_THAT(tokenizer.encode("a <r> \n b"), ElementsAre(0, 3, 21, 1));
    EXPECT_THAT(tokenizer.encode("<r> <l>"), ElementsAre(21, 20));
}

TEST(Tokenizer, wantsSingleWordsToStandAlone) {
    json toy = toyJson();
    toy["added_tokens"] = json::array({{{"id", 20}, {"content", "cab"}, {"single_word", true}}});
    const Tokenizer tokenizer = load(toy);
    EXPECT_THAT(tokenizer.encode("cab cab"), ElementsAre(20, 3, 20));
    EXPECT_THAT(tokenizer.encode("acab"), ElementsAre(0, 2, 4));
    EXPECT_THAT(tokenizer.encode("cab1"), ElementsAre(2, 4, 11));
    EXPECT_THAT(tokenizer.encode("<cab>"), ElementsAre(20));
}

TEST(Tokenizer, insertsWhatTheTemplateSays) {
    json toy = toyJson();
    toy["post_processor"] = json::parse(R"({"type": "Sequence", "processors": [
        {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false},
        {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "BOS", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "EOS", "type_id": 0}}],
         "special_tokens": {"BOS": {"id": "BOS", "ids": [5, 4], "tokens": ["x", "y"]},
                            "EOS": {"id": "EOS", "ids": [20], "tokens": ["<end>"]}}}]})");
    const Tokenizer tokenizer = load(toy);
    EXPECT_THAT(tokenizer.encode("a"), ElementsAre(0));
    EXPECT_THAT(tokenizer.encode("a", {.addSpecialTokens = true}), ElementsAre(5, 4, 0, 20));
    EXPECT_THAT(tokenizer.encode("", {.addSpecialTokens = true}), ElementsAre(5, 4, 20));
}

TEST(Tokenizer, spellsBytesInItsAlphabet) {
    json bytes = test::byteJson();
    bytes["model"]["vocab"]["Ġa"] = 300;
    bytes["model"]["merges"] = {"Ġ a"};
    const Tokenizer tokenizer = load(bytes);
    EXPECT_EQ(tokenizer.encode("a a").size(), 2u);
    EXPECT_EQ(tokenizer.encode("a a")[1], 300);
    EXPECT_EQ(tokenizer.tokenBytes(300), " a");
    EXPECT_EQ(tokenizer.idOf("Ġa"), 300);
    std::string every;
    for (int byte = 0; byte < 128; ++byte)
        every += static_cast<char>(byte);
    every += "äß漢\u00ad\u0080😀";
    EXPECT_EQ(tokenizer.decode(tokenizer.encode(every)), every);
}

TEST(Tokenizer, separatesDigits) {
    json toy = toyJson();
    toy["pre_tokenizer"] = {{"type", "Digits"}, {"individual_digits", true}};
    EXPECT_THAT(load(toy).encode("a12b"), ElementsAre(0, 11, 12, 1));
    toy["pre_tokenizer"]["individual_digits"] = false;
    EXPECT_THAT(load(toy).encode("a12b"), ElementsAre(0, 13, 1));
}

TEST(Tokenizer, prefixesASpaceUnlessThereIsOne) {
    json bytes = test::byteJson();
    bytes["pre_tokenizer"]["add_prefix_space"] = true;
    const Tokenizer tokenizer = load(bytes);
    EXPECT_EQ(tokenizer.decode(tokenizer.encode("a")), " a");
    EXPECT_EQ(tokenizer.decode(tokenizer.encode(" a")), " a");
    EXPECT_THAT(tokenizer.encode(""), IsEmpty());
}

TEST(Tokenizer, repairsInvalidText) {
    const Tokenizer tokenizer = load(test::byteJson());
    EXPECT_EQ(tokenizer.decode(tokenizer.encode("a\xFF"
                                                "b")),
              "a\xEF\xBF\xBD"
              "b");
}

TEST(Tokenizer, readsSpecialTokensFromTheConfiguration) {
    const Tokenizer named = load(toyJson(), R"({"bos_token": "a", "eos_token": {"content": "<end>"}})");
    EXPECT_EQ(named.beginOfText(), 0);
    EXPECT_EQ(named.endOfText(), 20);
    const Tokenizer none = load(toyJson(), R"({"bos_token": null})");
    EXPECT_EQ(none.beginOfText(), std::nullopt);
    EXPECT_EQ(none.endOfText(), std::nullopt);
}

TEST(Tokenizer, fingerprintsEveryFileThatDecides) {
    const std::string plain = load(toyJson()).fingerprint();
    EXPECT_EQ(plain.size(), 64u);
    EXPECT_EQ(load(toyJson()).fingerprint(), plain);
    EXPECT_NE(load(toyJson(), R"({"bos_token": null})").fingerprint(), plain);
    json other = toyJson();
    other["model"]["vocab"]["z"] = 19;
    EXPECT_NE(load(other).fingerprint(), plain);
}

TEST(Tokenizer, cutsLongWordsWithoutChangingThem) {
    // With every byte in the vocabulary long words are cut where no merge reaches across; the ids must not tell.
    json bytes = test::byteJson();
    bytes["pre_tokenizer"]["use_regex"] = false;
    bytes["model"]["vocab"].update({{"ab", 300}, {"abc", 301}, {"ca", 302}, {"cab", 303}});
    bytes["model"]["merges"] = {"a b", "ab c", "c a", "c ab"};
    const Tokenizer tokenizer = load(bytes);
    std::string text;
    Ids pieces;
    for (const char* piece : {"abc", "cab-", "abx", "c-c", "ababab", "-", "cabc", "xyz"}) {
        text += piece;
        text += "\t."; // merges never touch these two
        const Ids ids = tokenizer.encode(std::string(piece) + "\t.");
        pieces.insert(pieces.end(), ids.begin(), ids.end());
    }
    ASSERT_GT(text.size(), 40u);
    EXPECT_EQ(tokenizer.encode(text), pieces);
}

} // namespace
} // namespace vernier
