// Every malformed or foreign file is refused with one line that names file, key and remedy.

#include "core/base/error.h"
#include "tests/core/text/toy_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace vernier {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Complaint {
    ErrorKind kind = ErrorKind::Internal;
    std::string message;
};

Complaint complaintAbout(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return {error.kind(), error.what()};
    }
    return {ErrorKind::Internal, "nothing was thrown"};
}

struct Refusal {
    std::string name;
    std::string patch; ///< merged into the toy tokenizer (RFC 7396, so null removes a member)
    ErrorKind kind;
    std::string message;
};

class TokenizerRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(TokenizerRefuses, withAClearLine) {
    json toy = test::toyJson();
    toy.merge_patch(json::parse(GetParam().patch));
    const Complaint complaint = complaintAbout([&] { test::load(toy); });
    EXPECT_EQ(complaint.kind, GetParam().kind) << complaint.message;
    EXPECT_THAT(complaint.message, HasSubstr("tokenizer.json, "));
    EXPECT_THAT(complaint.message, HasSubstr(GetParam().message));
    EXPECT_EQ(complaint.message.find('\n'), std::string::npos);
}

constexpr auto kInput = ErrorKind::Input;
constexpr auto kUnsupported = ErrorKind::Unsupported;

INSTANTIATE_TEST_SUITE_P(
    Files, TokenizerRefuses,
    testing::Values(
        Refusal{"UnknownModel", R"({"model": {"type": "WordPiece"}})", kUnsupported,
                "model: a model of type \"WordPiece\" is not supported; Vernier knows BPE, Unigram"},
        Refusal{"WordLevel", R"({"model": {"type": "WordLevel"}})", kUnsupported, "\"WordLevel\""},
        Refusal{"UnigramWithoutScore", R"({"model": {"type": "Unigram", "vocab": [["a", 0.0], ["b"]]}})", kInput,
                "model.vocab[1]: is not [token, score]"},
        Refusal{"UnigramWithTextScore", R"({"model": {"type": null, "merges": null, "vocab": [["a", "0"]]}})", kInput,
                "model.vocab[0]: is not [token, score]"},
        Refusal{"EmptyUnigram", R"({"model": {"type": "Unigram", "vocab": []}})", kInput, "model.vocab: has 0 tokens"},
        Refusal{"UnigramUnknownOutside", R"({"model": {"type": "Unigram", "unk_id": 7, "vocab": [["a", 0.0]]}})",
                kInput, "model.unk_id: is 7, which is no token"},
        Refusal{"ByteLevelUnigram",
                R"({"pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "Unigram", "vocab": [["a", 0.0]]}})",
                kUnsupported, "Unigram behind ByteLevel"},
        Refusal{"NoVocabulary", R"({"model": {"vocab": null}})", kInput, "model: lacks \"vocab\""},
        Refusal{"VocabularyList", R"({"model": {"vocab": ["a"]}})", kInput, "model.vocab: is not an object"},
        Refusal{"NegativeId", R"({"model": {"vocab": {"z": -1}}})", kInput,
                "model.vocab.z: is -1, but token ids go from 0 to 16000000"},
        Refusal{"HugeId", R"({"model": {"vocab": {"z": 16000001}}})", kInput, "model.vocab.z: is 16000001"},
        Refusal{"EnormousId", R"({"model": {"vocab": {"z": 18446744073709551615}}})", kInput, "too large an integer"},
        Refusal{"RealId", R"({"model": {"vocab": {"z": 1.5}}})", kInput, "model.vocab.z: is a number, not an integer"},
        Refusal{"TextId", R"({"model": {"vocab": {"z": "1"}}})", kInput, "model.vocab.z: is a string"},
        Refusal{"IdTwice", R"({"model": {"vocab": {"z": 4}}})", kInput, "model.vocab: gives the id 4 twice"},
        Refusal{"MergesObject", R"({"model": {"merges": {}}})", kInput, "model.merges: is a object, not a list"},
        Refusal{"MergeOfThree", R"({"model": {"merges": ["a b c"]}})", kInput, "model.merges[0]: is neither"},
        Refusal{"MergeOfOne", R"({"model": {"merges": ["a b", "ab"]}})", kInput, "model.merges[1]: is neither"},
        Refusal{"MergeOfUnknown", R"({"model": {"merges": ["a x"]}})", kInput,
                "model.merges[0]: needs the token \"x\", which is not in the vocabulary"},
        Refusal{"MergeIntoUnknown", R"({"model": {"merges": [["c", "a"]]}})", kInput, "needs the token \"ca\""},
        Refusal{"UnknownUnk", R"({"model": {"unk_token": "<unk>"}})", kInput, "model.unk_token: names \"<unk>\""},
        Refusal{"Dropout", R"({"model": {"dropout": 0.1}})", kUnsupported, "model.dropout"},
        Refusal{"SubwordPrefix", R"({"model": {"continuing_subword_prefix": "##"}})", kUnsupported,
                "model.continuing_subword_prefix"},
        Refusal{"FallbackText", R"({"model": {"byte_fallback": "yes"}})", kInput, "model.byte_fallback: is a string"},
        Refusal{"UnknownNormalizer", R"({"normalizer": {"type": "BertNormalizer"}})", kUnsupported,
                "normalizer: a normalizer of type \"BertNormalizer\" is not supported; Vernier knows Lowercase, NFC"},
        Refusal{"NestedNormalizer", R"({"normalizer": {"type": "Sequence", "normalizers": [{"type": "Uppercase"}]}})",
                kUnsupported, "normalizer.normalizers[0]"},
        Refusal{"RegexReplace", R"({"normalizer": {"type": "Replace", "pattern": {"Regex": "a("}, "content": ""}})",
                kInput, "normalizer.pattern.Regex: the pattern is malformed"},
        Refusal{"CharsmapNotBase64", R"({"normalizer": {"type": "Precompiled", "precompiled_charsmap": "!"}})", kInput,
                "normalizer.precompiled_charsmap: is not base64"},
        Refusal{"CharsmapTooShort", R"({"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAA="}})",
                kInput, "normalizer.precompiled_charsmap: is too short"},
        Refusal{"EmptyReplace", R"({"normalizer": {"type": "Replace", "pattern": {"String": ""}, "content": "x"}})",
                kInput, "normalizer.pattern.String: is empty"},
        Refusal{"UnknownPreTokenizer", R"({"pre_tokenizer": {"type": "UnicodeScripts"}})", kUnsupported,
                "pre_tokenizer: a pre-tokenizer of type \"UnicodeScripts\" is not supported"},
        Refusal{"MetaspaceMark", R"({"pre_tokenizer": {"type": "Metaspace", "replacement": "__"}})", kInput,
                "pre_tokenizer.replacement: is not one character"},
        Refusal{"MetaspaceScheme", R"({"pre_tokenizer": {"type": "Metaspace", "prepend_scheme": "sometimes"}})",
                kUnsupported, "pre_tokenizer.prepend_scheme"},
        Refusal{
            "BehindByteLevel",
            R"({"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "ByteLevel"}, {"type": "Digits"}]}})",
            kUnsupported, "behind ByteLevel"},
        Refusal{"UnknownBehavior",
                R"({"pre_tokenizer": {"type": "Split", "pattern": {"String": "a"}, "behavior": "Sideways"}})",
                kUnsupported, "pre_tokenizer.behavior"},
        Refusal{"BadPattern",
                R"({"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "a("}, "behavior": "Isolated"}})", kInput,
                "pre_tokenizer.pattern.Regex: the pattern is malformed"},
        Refusal{"SetArithmetic",
                R"({"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "[a&&b]"}, "behavior": "Isolated"}})",
                kUnsupported, "&&"},
        Refusal{"UnknownPostProcessor", R"({"post_processor": {"type": "PairProcessing"}})", kUnsupported,
                "post_processor: a post-processor of type \"PairProcessing\""},
        Refusal{"ForeignInsertion",
                R"({"post_processor": {"type": "TemplateProcessing",
                    "single": [{"SpecialToken": {"id": "X"}}, {"Sequence": {"id": "A"}}],
                    "special_tokens": {"X": {"ids": [999]}}}})",
                kInput, "post_processor: inserts the id 999, which is no token"},
        Refusal{"TemplateWithoutText",
                R"({"post_processor": {"type": "TemplateProcessing", "single": [], "special_tokens": {}}})", kInput,
                "post_processor.single: lacks the Sequence"},
        Refusal{"AddedTokenWithoutId", R"({"added_tokens": [{"content": "x"}]})", kInput,
                "added_tokens[0]: lacks \"id\""},
        Refusal{"AddedTokenContradicts", R"({"added_tokens": [{"id": 30, "content": "ab"}]})", kInput,
                "added_tokens[0].id: is 30, but the vocabulary gives \"ab\" the id 4"},
        Refusal{"AddedTokenSteals", R"({"added_tokens": [{"id": 4, "content": "<x>"}]})", kInput,
                "added_tokens[0].id: is 4, which the vocabulary gives to another token"},
        Refusal{"AddedTokenTwice", R"({"added_tokens": [{"id": 30, "content": "x"}, {"id": 31, "content": "x"}]})",
                kInput, "added_tokens[1].content"}),
    [](const auto& tested) { return tested.param.name; });

TEST(TokenizerRefusal, namesWhatIsNoJson) {
    const Complaint complaint = complaintAbout([] { test::loadText("{\"model\": "); });
    EXPECT_EQ(complaint.kind, ErrorKind::Input);
    EXPECT_THAT(complaint.message, HasSubstr("tokenizer.json, byte 11"));
    EXPECT_THAT(complaintAbout([] { test::loadText("[]"); }).message, HasSubstr("is a array, not an object"));
    EXPECT_THAT(complaintAbout([] { test::loadText(""); }).message, HasSubstr("is not valid JSON"));
    EXPECT_THAT(complaintAbout([] { test::load(test::toyJson(), "{"); }).message, HasSubstr("tokenizer_config.json"));
}

TEST(TokenizerRefusal, namesTheMissingFile) {
    const test::TemporaryFolder folder;
    const Complaint complaint = complaintAbout([&] { Tokenizer::load(folder.path()); });
    EXPECT_EQ(complaint.kind, ErrorKind::Io);
    EXPECT_THAT(complaint.message, HasSubstr("tokenizer.json"));
}

TEST(TokenizerRefusal, boundsNesting) {
    json nested = {{"type", "NFC"}};
    for (int i = 0; i < 40; ++i)
        nested = {{"type", "Sequence"}, {"normalizers", json::array({nested})}};
    json toy = test::toyJson();
    toy["normalizer"] = nested;
    EXPECT_THAT(complaintAbout([&] { test::load(toy); }).message, HasSubstr("nested too deeply"));
}

} // namespace
} // namespace vernier
