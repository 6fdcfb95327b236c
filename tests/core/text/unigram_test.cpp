#include "core/text/prefix_trie.h"
#include "tests/core/text/toy_tokenizer.h"

#include "core/base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace vernier {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using Ids = std::vector<std::int32_t>;

json unigramJson(const json& vocab) {
    json toy = test::toyJson();
    toy["added_tokens"] = json::array();
    toy["model"] = {{"type", "Unigram"}, {"unk_id", 0}, {"vocab", vocab}};
    return toy;
}

TEST(PrefixTrie, findsAllPrefixesShortestFirst) {
    const PrefixTrie trie({{"ab", 1}, {"a", 0}, {"abcd", 2}, {"b", 3}, {"", 4}, {"ab", 5}});
    const auto found = [&](std::string_view text) {
        std::vector<std::pair<std::size_t, std::int32_t>> all;
        trie.forEachPrefix(text, [&](std::size_t length, std::int32_t id) { all.emplace_back(length, id); });
        return all;
    };
    using Pair = std::pair<std::size_t, std::int32_t>;
    EXPECT_THAT(found("abcde"), ElementsAre(Pair(1, 0), Pair(2, 5), Pair(4, 2)));
    EXPECT_THAT(found("abc"), ElementsAre(Pair(1, 0), Pair(2, 5)));
    EXPECT_THAT(found("ba"), ElementsAre(Pair(1, 3)));
    EXPECT_TRUE(found("").empty());
    EXPECT_TRUE(found("z").empty());
}

TEST(Unigram, prefersTheBetterSumOfScores) {
    const json vocab = json::parse(R"([["<unk>", 0], ["a", -1], ["b", -1], ["ab", -1.5], ["ba", -3], ["aba", -2.4]])");
    const Tokenizer tokenizer = test::load(unigramJson(vocab));
    EXPECT_THAT(tokenizer.encode("ab"), ElementsAre(3));
    EXPECT_THAT(tokenizer.encode("ba"), ElementsAre(2, 1));
    EXPECT_THAT(tokenizer.encode("aba"), ElementsAre(5)); // -2.4 beats -2.5
    EXPECT_THAT(tokenizer.encode("abab"), ElementsAre(3, 3));
}

TEST(Unigram, writesARunOfUnknownCharactersAsOne) {
    json toy = unigramJson(json::parse(R"([["<unk>", 0], ["a", -1], ["zé", -1]])"));
    const Tokenizer tokenizer = test::load(toy);
    EXPECT_THAT(tokenizer.encode("axéya"), ElementsAre(1, 0, 1));
    EXPECT_THAT(tokenizer.encode("xa<unk>"), ElementsAre(0, 1, 0)); // its own spelling joins no run
    EXPECT_THAT(tokenizer.encode("xzé"), ElementsAre(0, 2));
    toy["model"]["unk_id"] = nullptr;
    try {
        test::load(toy).encode("ax");
        FAIL() << "encoded";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        EXPECT_THAT(error.what(), testing::HasSubstr("tokenizer.json, model: has neither a token"));
    }
}

TEST(Unigram, fallsBackToBytes) {
    json toy = unigramJson(json::parse(R"([["<unk>", 0], ["a", -1], ["<0xC3>", -5], ["<0xA9>", -5]])"));
    EXPECT_THAT(test::load(toy).encode("aé"), ElementsAre(1, 0));
    toy["model"]["byte_fallback"] = true;
    const Tokenizer tokenizer = test::load(toy);
    EXPECT_THAT(tokenizer.encode("aéa"), ElementsAre(1, 2, 3, 1));
    EXPECT_THAT(tokenizer.encode("aö"), ElementsAre(1, 0)); // a byte is missing
    EXPECT_EQ(tokenizer.decode(tokenizer.encode("aéa")), "aéa");
    const EncodedText encoded = tokenizer.encodeWithOffsets("aéa");
    EXPECT_THAT(encoded.spans, ElementsAre(TextSpan{0, 1}, TextSpan{1, 2}, TextSpan{2, 3}, TextSpan{3, 4}));
}

/// The best sum of scores by trying every cut.
double bestSum(const std::map<std::string, double>& scores, std::string_view text) {
    std::vector<double> best(text.size() + 1, -std::numeric_limits<double>::infinity());
    best[0] = 0;
    for (std::size_t end = 1; end <= text.size(); ++end)
        for (std::size_t begin = 0; begin < end; ++begin)
            if (const auto found = scores.find(std::string(text.substr(begin, end - begin))); found != scores.end())
                best[end] = std::max(best[end], best[begin] + found->second);
    return best.back();
}

TEST(Unigram, findsTheBestOfAllCuts) {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> score(-8, -1);
    for (int round = 0; round < 30; ++round) {
        std::map<std::string, double> scores{{"a", score(random)}, {"b", score(random)}, {"c", score(random)}};
        for (int i = 0; i < 12; ++i) {
            std::string token;
            for (unsigned n = 2 + random() % 4; n > 0; --n)
                token += "abc"[random() % 3];
            scores[token] = score(random);
        }
        json vocab = json::array({json::array({"<unk>", -20})});
        for (const auto& [token, value] : scores)
            vocab.push_back(json::array({token, value}));
        const Tokenizer tokenizer = test::load(unigramJson(vocab));
        for (const std::size_t length : {5u, 30u, 300u}) {
            std::string text;
            while (text.size() < length)
                text += "abc"[random() % 3];
            double sum = 0;
            std::string spelt;
            for (const std::int32_t id : tokenizer.encode(text)) {
                sum += scores.at(tokenizer.tokenBytes(id));
                spelt += tokenizer.tokenBytes(id);
            }
            EXPECT_EQ(spelt, text);
            EXPECT_NEAR(sum, bestSum(scores, text), 1e-9);
        }
    }
}

TEST(Unigram, passesAMegabyteWithoutSpace) {
    const json vocab = json::parse(R"([["<unk>", 0], ["a", -1], ["aa", -1.5], ["aaaa", -2]])");
    const Tokenizer tokenizer = test::load(unigramJson(vocab));
    EXPECT_EQ(tokenizer.encode(std::string(1'000'000, 'a')), Ids(250'000, 3));
}

} // namespace
} // namespace vernier
