// The bytes that tokens stem from, and stopping in the middle of a text.

#include "core/base/error.h"
#include "core/base/job.h"
#include "core/base/utf8.h"
#include "tests/core/text/toy_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <stop_token>
#include <string>
#include <vector>

namespace vernier {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

/// Checks what holds for every tokenizer: the ids of encode(), begins and ends that never fall, all inside the text.
EncodedText encodeChecked(const Tokenizer& tokenizer, const std::string& text) {
    const EncodedText encoded = tokenizer.encodeWithOffsets(text);
    EXPECT_EQ(encoded.ids, tokenizer.encode(text)) << text;
    EXPECT_EQ(encoded.spans.size(), encoded.ids.size()) << text;
    TextSpan before;
    for (const TextSpan& span : encoded.spans) {
        EXPECT_TRUE(span.begin >= before.begin && span.end >= before.end && span.begin <= span.end &&
                    span.end <= text.size())
            << text << " at " << span.begin << " to " << span.end;
        before = span;
    }
    return encoded;
}

void expectCovered(const Tokenizer& tokenizer, const std::string& text) {
    const EncodedText encoded = encodeChecked(tokenizer, text);
    std::size_t at = 0;
    for (std::size_t i = 0; i < encoded.ids.size(); ++i) {
        ASSERT_EQ(encoded.spans[i].begin, at) << text;
        at = encoded.spans[i].end;
        ASSERT_EQ(text.substr(encoded.spans[i].begin, encoded.spans[i].size()), tokenizer.tokenBytes(encoded.ids[i]));
    }
    EXPECT_EQ(at, text.size());
}

TEST(TokenOffsets, coverTheTextOfByteLevelTokenizers) {
    const Tokenizer tokenizer = Tokenizer::load(test::demoFolder() / "model");
    for (const std::string text :
         {"", " ", "Hello, how are you today?", "Había «¿niebla?» 😀\n\n\t x", "<|im_start|>user\nHi<|im_end|>\n",
          "a very long wordwithoutanyspacesinitwhatsoever1"})
        expectCovered(tokenizer, text);
    expectCovered(tokenizer, test::get(test::demoFolder() / "text" / "evaluation.jsonl").substr(0, 50'000));
}

TEST(TokenOffsets, holdForPublishedTokenizers) {
    VERNIER_NEEDS_SHARED();
    std::istringstream lines(test::get(test::sharedFolder() / "texts" / "udhr" / "udhr.jsonl"));
    std::vector<std::string> texts{"Hello <s> world </s>  \n twice  <|endoftext|>…ﬁ e\u0301", "\r\n \u3000x"};
    for (std::string line; std::getline(lines, line);)
        texts.push_back(repairUtf8(json::parse(line).at("text").get<std::string>().substr(0, 2000)).text);
    for (const char* name : {"gpt2", "llama-2", "qwen2.5", "t5-small"}) {
        const Tokenizer tokenizer = Tokenizer::load(test::sharedFolder() / "tokenizers" / name);
        for (const std::string& text : texts)
            encodeChecked(tokenizer, text);
    }
}

TEST(TokenOffsets, followNormalizationAndAddedTokens) {
    json toy = test::toyJson();
    toy["normalizer"] = json::parse(R"({"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}, {"type": "NFC"}]})");
    const Tokenizer tokenizer = test::load(toy);
    EXPECT_THAT(
        encodeChecked(tokenizer, "a a<end>be\u0301").spans,
        ElementsAre(TextSpan{0, 1}, TextSpan{1, 3}, TextSpan{3, 8}, TextSpan{8, 8}, TextSpan{8, 9}, TextSpan{9, 12}));
}

TEST(TokenOffsets, keepTheirPlaceWhereCharactersAreUnknown) {
    json toy = test::toyJson();
    // Dropped characters count to a neighbour.
    EXPECT_THAT(encodeChecked(test::load(toy), "axbyc").spans, ElementsAre(TextSpan{0, 5}));
    EXPECT_THAT(encodeChecked(test::load(toy), "xy").spans, IsEmpty());
    toy["model"]["vocab"]["<unk>"] = 14;
    toy["model"]["unk_token"] = "<unk>";
    EXPECT_THAT(encodeChecked(test::load(toy), "aéxyb").spans,
                ElementsAre(TextSpan{0, 1}, TextSpan{1, 3}, TextSpan{3, 4}, TextSpan{4, 5}, TextSpan{5, 6}));
    toy["model"]["fuse_unk"] = true;
    EXPECT_THAT(encodeChecked(test::load(toy), "axyb").spans,
                ElementsAre(TextSpan{0, 1}, TextSpan{1, 3}, TextSpan{3, 4}));
}

TEST(TokenOffsets, giveInsertedTokensEmptySpans) {
    json toy = test::toyJson();
    toy["post_processor"] = {{"type", "RobertaProcessing"}, {"cls", {"x", 5}}, {"sep", {"y", 20}}};
    const EncodedText encoded = test::load(toy).encodeWithOffsets("ab", {.addSpecialTokens = true});
    EXPECT_THAT(encoded.ids, ElementsAre(5, 4, 20));
    EXPECT_THAT(encoded.spans, ElementsAre(TextSpan{0, 0}, TextSpan{0, 2}, TextSpan{2, 2}));
}

TEST(TokenizerJob, stopsInTheMiddleOfAText) {
    const Tokenizer tokenizer = Tokenizer::load(test::demoFolder() / "model");
    std::stop_source stop;
    const JobContext job(stop.get_token(), {}, {});
    const std::string text(300'000, 'x');
    EXPECT_EQ(tokenizer.encode(text, {}, job), tokenizer.encode(text));
    stop.request_stop();
    for (const auto& piece : {std::string("x"), std::string("word "), std::string("漢"), std::string(" ")}) {
        std::string repeated;
        while (repeated.size() < 300'000)
            repeated += piece;
        try {
            tokenizer.encode(repeated, {}, job);
            FAIL() << "was not stopped in a run of \"" << piece << "\"";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Cancelled);
        }
    }
    EXPECT_EQ(tokenizer.encode("still works"), tokenizer.encode("still works", {}, JobContext()));
}

} // namespace
} // namespace vernier
