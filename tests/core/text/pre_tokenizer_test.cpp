#include "core/text/pre_tokenizer.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace vernier {
namespace {

/// The words of a text, joined with "|".
std::string cut(std::string_view preTokenizer, const std::string& text, bool beginsText = true) {
    const nlohmann::json json = nlohmann::json::parse(preTokenizer);
    Words words{AlignedText(text), {{0, text.size()}}, beginsText};
    TextScratch scratch;
    readPreTokenizer(JsonView(json, "test")).splitter->split(words, scratch);
    std::string joined;
    for (const TextSpan& span : words.spans)
        joined += (joined.empty() ? "" : "|") + std::string(words.word(span));
    return joined;
}

TEST(Metaspace, marksAndCutsBeforeEveryMark) {
    EXPECT_EQ(cut(R"({"type": "Metaspace"})", "Hey my  friend"), "▁Hey|▁my|▁|▁friend");
    EXPECT_EQ(cut(R"({"type": "Metaspace"})", " Hey"), "▁Hey");
    EXPECT_EQ(cut(R"({"type": "Metaspace"})", "▁Hey"), "▁Hey");
    EXPECT_EQ(cut(R"({"type": "Metaspace", "split": false})", "Hey my friend"), "▁Hey▁my▁friend");
    EXPECT_EQ(cut(R"({"type": "Metaspace", "replacement": "_"})", "a b"), "_a|_b");
}

TEST(Metaspace, prependsByItsScheme) {
    EXPECT_EQ(cut(R"({"type": "Metaspace", "prepend_scheme": "never"})", "a b"), "a|▁b");
    EXPECT_EQ(cut(R"({"type": "Metaspace", "add_prefix_space": false})", "a b"), "a|▁b");
    EXPECT_EQ(cut(R"({"type": "Metaspace", "prepend_scheme": "first"})", "a b"), "▁a|▁b");
    EXPECT_EQ(cut(R"({"type": "Metaspace", "prepend_scheme": "first"})", "a b", false), "a|▁b");
    EXPECT_EQ(cut(R"({"type": "Metaspace", "prepend_scheme": "always"})", "a b", false), "▁a|▁b");
    const std::string_view twice = R"({"type": "Sequence", "pretokenizers": [
        {"type": "WhitespaceSplit"}, {"type": "Metaspace", "prepend_scheme": ")";
    EXPECT_EQ(cut(std::string(twice) + R"(always"}]})", "a b  c"), "▁a|▁b|▁c");
    EXPECT_EQ(cut(std::string(twice) + R"(first"}]})", "a b  c"), "▁a|b|c");
    EXPECT_EQ(cut(std::string(twice) + R"(first"}]})", " a b"), "a|b"); // the text begins with the space
}

TEST(PreTokenizer, cutsAtWhiteSpaceAndPunctuation) {
    EXPECT_EQ(cut(R"({"type": "WhitespaceSplit"})", " it's \u3000 one\ntwo "), "it's|one|two");
    EXPECT_EQ(cut(R"({"type": "Whitespace"})", "it's $5.20, né?!"), "it|'|s|$|5|.|20|,|né|?!");
    EXPECT_EQ(cut(R"({"type": "Punctuation"})", "a-b, c+\u3002d"), "a|-|b|,| c|+|\u3002|d");
    EXPECT_EQ(cut(R"({"type": "Punctuation", "behavior": "MergedWithPrevious"})", "a-b,c"), "a-|b,|c");
    EXPECT_EQ(cut(R"({"type": "BertPreTokenizer"})", "Hey, you!"), "Hey|,|you|!");
    EXPECT_EQ(cut(R"({"type": "CharDelimiterSplit", "delimiter": "."})", "a.b c..d"), "a|b c|d");
}

TEST(PreTokenizer, appliesSequencesInOrder) {
    EXPECT_EQ(cut(R"({"type": "Sequence", "pretokenizers": [{"type": "Punctuation"},
                      {"type": "Digits", "individual_digits": true}]})",
                  "a,12b"),
              "a|,|1|2|b");
}

} // namespace
} // namespace vernier
