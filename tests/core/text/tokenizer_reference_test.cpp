// Ids of foreign tokenizers against the references of the shared folder, which the original implementations made.

#include "core/base/sha256.h"
#include "core/text/tokenizer.h"
#include "tests/support/test_files.h"

#include <gtest/gtest.h>

#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using nlohmann::json;
using Ids = std::vector<std::int32_t>;

std::string hashOf(const Ids& ids) {
    return sha256(std::as_bytes(std::span(ids)));
}

void append(Ids& all, const Ids& more) {
    all.insert(all.end(), more.begin(), more.end());
}

void expectCases(const Tokenizer& tokenizer, const json& cases) {
    ASSERT_GE(cases.size(), 60u);
    for (const auto& item : cases) {
        const auto text = item.at("text").get<std::string>();
        EXPECT_EQ(tokenizer.encode(text), item.at("ids").get<Ids>()) << text;
        EXPECT_EQ(tokenizer.encode(text, {.addSpecialTokens = true}), item.at("ids_with_special_tokens").get<Ids>())
            << text;
    }
}

void expectWikiText(const Tokenizer& tokenizer, const json& expected) {
    const std::string text = test::get(test::sharedFolder() / "texts" / "wikitext-2" / "wiki.test.raw");
    Ids ids;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        append(ids, tokenizer.encode(std::string_view(text).substr(begin, end - begin)));
        begin = end + 1;
    }
    EXPECT_EQ(ids.size(), expected.at("count").get<std::size_t>());
    EXPECT_EQ(hashOf(ids), expected.at("sha256_int32le").get<std::string>());
}

void expectThirtyLanguages(const Tokenizer& tokenizer, const json& documents) {
    std::istringstream lines(test::get(test::sharedFolder() / "texts" / "udhr" / "udhr.jsonl"));
    std::size_t index = 0;
    for (std::string line; std::getline(lines, line); ++index) {
        const json& expected = documents.at(index);
        const Ids ids = tokenizer.encode(json::parse(line).at("text").get<std::string>());
        EXPECT_EQ(ids.size(), expected.at("count").get<std::size_t>()) << expected.at("lang");
        EXPECT_EQ(hashOf(ids), expected.at("sha256_int32le").get<std::string>()) << expected.at("lang");
    }
    EXPECT_EQ(index, documents.size());
}

class TokenizerReference : public testing::TestWithParam<const char*> {};

TEST_P(TokenizerReference, encodesLikeTheOriginal) {
    VERNIER_NEEDS_SHARED();
    const Tokenizer tokenizer = Tokenizer::load(test::sharedFolder() / "tokenizers" / GetParam()); // the slow part
    const json reference =
        json::parse(test::get(test::sharedFolder() / "reference" / "tokenizers" / (std::string(GetParam()) + ".json")));
    expectCases(tokenizer, reference.at("cases"));
    expectWikiText(tokenizer, reference.at("wikitext_lines"));
    expectThirtyLanguages(tokenizer, reference.at("udhr").at("documents"));
}

INSTANTIATE_TEST_SUITE_P(Published, TokenizerReference,
                         testing::Values("gpt2", "llama-2", "llama-3", "mistral-v1", "mistral-v3", "phi-3", "qwen2.5",
                                         "smollm2", "gpt-neox", "opt", "t5-small"),
                         [](const auto& tested) {
                             std::string name = tested.param;
                             std::erase_if(name, [](char c) { return c == '-' || c == '.'; });
                             return name;
                         });

TEST(TokenizerOfModel, encodesThePromptLikeTheOriginal) {
    VERNIER_NEEDS_SHARED();
    const json reference = json::parse(test::get(test::sharedFolder() / "reference" / "models.json"));
    for (const char* name : {"stories260K", "tinystories-llama-0.66M"}) {
        const Tokenizer tokenizer = Tokenizer::load(test::sharedFolder() / "models" / name);
        const json& expected = reference.at(name);
        const auto prompt = expected.at("prompt").get<std::string>();
        EXPECT_EQ(tokenizer.encode(prompt), expected.at("ids_without_special_tokens").get<Ids>()) << name;
        EXPECT_EQ(tokenizer.encode(prompt, {.addSpecialTokens = true}), expected.at("ids").get<Ids>()) << name;
        EXPECT_EQ(tokenizer.decode(tokenizer.encode(prompt)), prompt) << name;
    }
}

} // namespace
} // namespace vernier
