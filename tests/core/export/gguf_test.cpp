#include "core/base/error.h"
#include "core/export/gguf/gguf_file.h"
#include "core/export/gguf/gguf_metadata.h"
#include "core/export/gguf/gguf_names.h"
#include "core/export/gguf/gguf_tokenizer.h"
#include "tests/core/export/synthetic_linear.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <cmath>
#include <set>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<int> asInts(std::span<const std::byte> bytes) {
    std::vector<int> values;
    for (const std::byte byte : bytes)
        values.push_back(std::to_integer<int>(byte));
    return values;
}

TEST(GgufTypes, PackOneBlockAsLlamaCppDoes) {
    // Element j shares a byte with element j + 16, the lower nibble being j's; the scale 1.0 is 0x3C00.
    QuantizedLinear linear = emptyLinear(Scheme::of(NumberFormat::Q4_0), 1, 32);
    for (std::size_t j = 0; j < 32; ++j)
        linear.codes[j] = static_cast<std::uint8_t>(j < 16 ? j : 31 - j);
    linear.scales = {1.0f};
    linear.zeros = {8};
    std::vector<std::byte> block(18);
    packBlocks(linear, 0, GgmlType::Q4_0, "m", block);
    EXPECT_THAT(asInts(block), ElementsAre(0x00, 0x3C, 0xF0, 0xE1, 0xD2, 0xC3, 0xB4, 0xA5, 0x96, 0x87, 0x78, 0x69, 0x5A,
                                           0x4B, 0x3C, 0x2D, 0x1E, 0x0F));
}

TEST(GgufTypes, PutTheFifthBitsInAWordOfTheirOwn) {
    QuantizedLinear linear = emptyLinear(Scheme::of(NumberFormat::Q5_1), 1, 32);
    for (std::size_t j = 0; j < 32; ++j)
        linear.codes[j] = static_cast<std::uint8_t>(j);
    linear.scales = {2.0f};
    linear.minimums = {-1.0f};
    std::vector<std::byte> block(24);
    packBlocks(linear, 0, GgmlType::Q5_1, "m", block);
    const std::vector<int> bytes = asInts(block);
    EXPECT_THAT(std::vector<int>(bytes.begin(), bytes.begin() + 10),
                ElementsAre(0x00, 0x40, 0x00, 0xBC, 0x00, 0x00, 0xFF, 0xFF, 0x00, 0x11));
    std::vector<float> values(32);
    unpackBlocks(block, GgmlType::Q5_1, values);
    EXPECT_EQ(values[31], 61.0f);
}

TEST(GgufTypes, ReadBackWhatTheCodesSay) {
    std::vector<Scheme> schemes;
    for (const NumberFormat format :
         {NumberFormat::Q4_0, NumberFormat::Q4_1, NumberFormat::Q5_0, NumberFormat::Q5_1, NumberFormat::Q8_0})
        schemes.push_back(Scheme::of(format));
    for (const int bits : {2, 3, 4, 5, 6, 8}) {
        schemes.push_back({bits, 64, true});
        schemes.back().scaleType = ScaleType::F16;
    }
    for (const Scheme& scheme : schemes) {
        SCOPED_TRACE(scheme.text());
        auto linear = test::syntheticLinear(scheme, 4, 128, 11);
        if (scheme.hasMinimums())
            std::ranges::fill(linear.zeros, 0);
        const GgmlType type = ggmlTypeOf(scheme, 128).value();
        const Matrix stored = linear.storedWeight();
        for (Index row = 0; row < 4; ++row) {
            std::vector<std::byte> blocks(128 / 32 * ggmlTypeFacts(type).blockBytes);
            packBlocks(linear, row, type, "m", blocks);
            std::vector<float> values(128);
            unpackBlocks(blocks, type, values);
            EXPECT_TRUE(std::ranges::equal(values, std::span(stored.view().row(row), 128)));
        }
    }
    EXPECT_FALSE(ggmlTypeOf({4, 32, false}, 128));
    EXPECT_FALSE(ggmlTypeOf({4, 48, true}, 96));
    EXPECT_FALSE(ggmlTypeOf(Scheme::of(NumberFormat::Nvfp4), 128));
}

TEST(GgufNames, TranslateBothWays) {
    EXPECT_EQ(ggufName("model.layers.13.mlp.down_proj.weight"), "blk.13.ffn_down.weight");
    EXPECT_EQ(ggufName("model.layers.0.self_attn.q_proj.bias"), "blk.0.attn_q.bias");
    EXPECT_EQ(ggufName("lm_head.weight"), "output.weight");
    EXPECT_EQ(nameFromGguf("token_embd.weight"), "model.embed_tokens.weight");
    EXPECT_EQ(nameFromGguf("blk.7.attn_norm.weight"), "model.layers.7.input_layernorm.weight");
    for (const char* unknown : {"", "weight", "blk.weight", "blk..attn_q.weight", "blk.x.attn_q.weight",
                                "blk.1.attn_q.scales", "blk.1.weight", "rope_freqs.weight"})
        EXPECT_FALSE(nameFromGguf(unknown)) << unknown;
}

TEST(GgufNames, PermuteRowsInsideHeads) {
    std::vector<Index> order;
    for (Index row = 0; row < 16; ++row)
        order.push_back(ggufRow(row, 16, 2));
    EXPECT_THAT(order, ElementsAre(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15));
}

TEST(GgufMetadata, ScalesTheFrequenciesOfLlama3AsTheModelDoes) {
    const ArchitectureSpec spec = ArchitectureSpec::load(test::tinyModel("llama3-rope"));
    const auto factors = ggufRotaryFactors(spec);
    ASSERT_EQ(std::ssize(factors), spec.headSize / 2);
    RotarySpec plain = spec.rotary.front();
    plain.scaling = RopeScaling::None;
    const RotaryTable scaled(spec.rotary.front(), 2), unscaled(plain, 2);
    for (Index i = 0; i < spec.headSize / 2; ++i) {
        const double angle = std::atan2(double{unscaled.sine(1, i)}, double{unscaled.cosine(1, i)});
        EXPECT_NEAR(std::cos(angle / double{factors[static_cast<std::size_t>(i)]}), double{scaled.cosine(1, i)}, 1e-6);
        EXPECT_NEAR(std::sin(angle / double{factors[static_cast<std::size_t>(i)]}), double{scaled.sine(1, i)}, 1e-6);
    }
    EXPECT_GT(factors.back(), 1.0f);
}

TEST(GgufMetadata, RefusesOtherFamiliesByName) {
    for (const char* family : {"gemma2", "gpt2", "opt", "mixtral", "phi3", "qwen3"}) {
        const ArchitectureSpec spec = ArchitectureSpec::load(test::tinyModel(family));
        const auto error = test::caughtError([&] { requireGgufFamily(spec); });
        ASSERT_TRUE(error) << family;
        EXPECT_EQ(error->kind(), ErrorKind::Unsupported);
        EXPECT_THAT(error->what(), HasSubstr("llama, mistral, qwen2"));
    }
    for (const char* family : {"llama-linear-rope", "mistral", "qwen2"})
        EXPECT_NO_THROW(requireGgufFamily(ArchitectureSpec::load(test::tinyModel(family))));
}

TEST(GgufMetadata, RefusesPositionsThatLlamaCppCannotTurn) {
    ArchitectureSpec spec = ArchitectureSpec::load(test::tinyModel("mistral"));
    RotarySpec& rotary = spec.rotary.front();
    const auto refusal = [&] {
        const auto error = test::caughtError([&] { requireGgufFamily(spec); });
        return std::string(error ? error->what() : "none");
    };
    rotary.scaling = RopeScaling::LongRope;
    rotary.shortFactors.assign(static_cast<std::size_t>(rotary.size / 2), 1.0);
    rotary.longFactors = rotary.shortFactors;
    EXPECT_EQ(refusal(), "none");
    rotary.longFactors.back() = 2.0;
    EXPECT_THAT(refusal(), HasSubstr("short and long texts"));
    rotary.longFactors = rotary.shortFactors;
    rotary.attentionFactor = 1.1;
    EXPECT_THAT(refusal(), HasSubstr("short and long texts"));
    rotary.scaling = RopeScaling::Yarn;
    EXPECT_EQ(refusal(), "none");
    rotary.truncate = false;
    EXPECT_THAT(refusal(), HasSubstr("whole components"));
}

template <class T>
const T& valueOf(const GgufMetadata& metadata, const std::string& key) {
    for (const auto& [name, value] : metadata)
        if (name == key)
            return std::get<T>(value);
    throw Error(ErrorKind::Internal, key, "is missing");
}

TEST(GgufTokenizer, WritesTheDemosByteLevelTokens) {
    const auto metadata = ggufTokenizer(test::demoFolder() / "model", 1540);
    EXPECT_EQ(valueOf<std::string>(metadata, "tokenizer.ggml.model"), "gpt2");
    EXPECT_EQ(valueOf<std::string>(metadata, "tokenizer.ggml.pre"), "gpt-2");
    const auto& tokens = valueOf<std::vector<std::string>>(metadata, "tokenizer.ggml.tokens");
    ASSERT_EQ(tokens.size(), 1540u);
    EXPECT_EQ(tokens[0], "<|endoftext|>");
    EXPECT_EQ(tokens[3], "!");
    EXPECT_EQ(tokens[1539], "[PAD1539]");
    const auto& types = valueOf<std::vector<std::int32_t>>(metadata, "tokenizer.ggml.token_type");
    EXPECT_EQ(types[0], 3);
    EXPECT_EQ(types[3], 1);
    EXPECT_EQ(types[1539], 5);
    EXPECT_EQ(valueOf<std::vector<std::string>>(metadata, "tokenizer.ggml.merges")[0], "\u0120 \u0120");
    EXPECT_EQ(valueOf<std::uint32_t>(metadata, "tokenizer.ggml.eos_token_id"), 0u);
    EXPECT_EQ(valueOf<bool>(metadata, "tokenizer.ggml.add_bos_token"), false);
    EXPECT_THAT(valueOf<std::string>(metadata, "tokenizer.chat_template"), HasSubstr("im_start"));
    EXPECT_THROW(ggufTokenizer(test::demoFolder() / "model", 100), Error); // another model's
}

TEST(GgufTokenizer, KnowsTheNamesOfForeignOnes) {
    VERNIER_NEEDS_SHARED();
    const auto folder = test::sharedFolder() / "tokenizers";
    const auto pre = [&](const char* name) {
        return valueOf<std::string>(ggufTokenizer(folder / name, 200'000), "tokenizer.ggml.pre");
    };
    EXPECT_EQ(pre("llama-3"), "llama-bpe");
    EXPECT_EQ(pre("qwen2.5"), "qwen2");
    EXPECT_EQ(pre("smollm2"), "smollm");
    EXPECT_EQ(pre("gpt2"), "gpt-2");
    const auto llama = ggufTokenizer(folder / "llama-2", 32'000);
    EXPECT_EQ(valueOf<std::string>(llama, "tokenizer.ggml.model"), "llama");
    const auto& scores = valueOf<std::vector<float>>(llama, "tokenizer.ggml.scores");
    const auto& tokens = valueOf<std::vector<std::string>>(llama, "tokenizer.ggml.tokens");
    EXPECT_EQ(scores.at(static_cast<std::size_t>(std::ranges::find(tokens, "\u2581t") - tokens.begin())), -1.0f);
    EXPECT_EQ(tokens[1], "<s>");
    const auto& types = valueOf<std::vector<std::int32_t>>(llama, "tokenizer.ggml.token_type");
    EXPECT_THAT(std::vector<int>(types.begin(), types.begin() + 4), ElementsAre(2, 3, 3, 6));
    EXPECT_EQ(valueOf<bool>(llama, "tokenizer.ggml.add_bos_token"), true);
    EXPECT_EQ(valueOf<bool>(llama, "tokenizer.ggml.add_space_prefix"), true);
    EXPECT_THROW(ggufTokenizer(folder / "t5-small", 200'000), Error); // Unigram
}

TEST(GgufTokenizer, ScoresAJsonAsItsSentencePieces) {
    VERNIER_NEEDS_SHARED();
    // The same tokenizer as tokenizer.model and as tokenizer.json: merges must win in the same order.
    const auto folder = test::sharedFolder() / "models/stories260K";
    const test::TemporaryFolder bare;
    for (const char* name : {"tokenizer.json", "tokenizer_config.json"})
        std::filesystem::copy(folder / name, bare / name);
    const auto pieces = ggufTokenizer(folder, 512), json = ggufTokenizer(bare.path(), 512);
    EXPECT_EQ(valueOf<std::vector<std::string>>(pieces, "tokenizer.ggml.tokens"),
              valueOf<std::vector<std::string>>(json, "tokenizer.ggml.tokens"));
    EXPECT_EQ(valueOf<std::vector<std::int32_t>>(pieces, "tokenizer.ggml.token_type"),
              valueOf<std::vector<std::int32_t>>(json, "tokenizer.ggml.token_type"));
    const auto& expected = valueOf<std::vector<float>>(pieces, "tokenizer.ggml.scores");
    const auto& seen = valueOf<std::vector<float>>(json, "tokenizer.ggml.scores");
    std::vector<std::size_t> byExpected, bySeen;
    for (std::size_t id = 259; id < 400; ++id)
        byExpected.push_back(id), bySeen.push_back(id);
    std::ranges::stable_sort(byExpected, std::ranges::greater{}, [&](std::size_t id) { return expected[id]; });
    std::ranges::stable_sort(bySeen, std::ranges::greater{}, [&](std::size_t id) { return seen[id]; });
    EXPECT_EQ(byExpected, bySeen);
}

class GgufFiles : public testing::Test {
protected:
    test::TemporaryFolder folder;

    std::filesystem::path small() {
        const auto path = folder / "small.gguf";
        const GgufMetadata metadata = {{"general.architecture", std::string("llama")},
                                       {"a.u32", std::uint32_t{7}},
                                       {"a.i32", std::int32_t{-7}},
                                       {"a.u64", std::uint64_t{1} << 40},
                                       {"a.f32", 0.5f},
                                       {"a.f64", 0.25},
                                       {"a.bool", true},
                                       {"a.texts", std::vector<std::string>{"", "two"}},
                                       {"a.floats", std::vector<float>{1, 2, 3}},
                                       {"a.ints", std::vector<std::int32_t>{-1}}};
        GgufWriter writer(path, metadata, {{"first", GgmlType::F32, {3}}, {"second", GgmlType::Q8_0, {2, 32}}});
        const std::vector<float> values = {1, 2, 3};
        writer.append(std::as_bytes(std::span(values)));
        const std::vector<std::byte> blocks(68, std::byte{0});
        writer.append(std::span(blocks).first(34));
        writer.append(std::span(blocks).last(34));
        writer.finish();
        return path;
    }
};

TEST_F(GgufFiles, ReadBack) {
    const GgufFile file(small());
    EXPECT_EQ(file.text("general.architecture"), "llama");
    EXPECT_EQ(file.whole("a.u32"), 7);
    EXPECT_EQ(file.whole("a.i32"), -7);
    EXPECT_EQ(file.whole("a.u64"), std::int64_t{1} << 40);
    EXPECT_EQ(file.real("a.f32"), 0.5);
    EXPECT_EQ(file.real("a.f64"), 0.25);
    EXPECT_THAT(std::get<std::vector<std::string>>(*file.value("a.texts")), ElementsAre("", "two"));
    EXPECT_THAT(std::get<std::vector<float>>(*file.value("a.floats")), ElementsAre(1, 2, 3));
    ASSERT_EQ(file.tensors().size(), 2u);
    EXPECT_THAT(file.read(*file.find("first")), ElementsAre(1, 2, 3));
    EXPECT_EQ(file.find("second")->shape, (std::vector<std::int64_t>{2, 32}));
    EXPECT_EQ(file.find("second")->offset % 32, 0u);
    EXPECT_EQ(file.read(*file.find("second")).size(), 64u);
    EXPECT_THROW(file.text("a.u32"), Error);
    EXPECT_THROW(file.whole("a.f32"), Error);
    EXPECT_THROW(file.real("nothing"), Error);
}

TEST_F(GgufFiles, ThatEndBeforeTheirDataAreRefusedWhateverTheTypes) {
    // One tensor without a name, of one dimension of 1 and a type that takes no known number of bytes.
    std::string head = "GGUF";
    const auto put = [&](auto number) { head.append(reinterpret_cast<const char*>(&number), sizeof(number)); };
    put(std::uint32_t{3}), put(std::uint64_t{1}), put(std::uint64_t{0});
    put(std::uint64_t{0}), put(std::uint32_t{1}), put(std::uint64_t{1}), put(std::uint32_t{167}), put(std::uint64_t{0});
    test::put(folder / "short.gguf", head);
    const auto error = test::caughtError([&] { const GgufFile file(folder / "short.gguf"); });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), HasSubstr("outside the file"));
    test::put(folder / "whole.gguf", head + std::string(32 - head.size() % 32, '\0'));
    EXPECT_EQ(GgufFile(folder / "whole.gguf").tensors().size(), 1u);
}

TEST_F(GgufFiles, OfAnyLengthAreRefusedWithoutHarm) {
    const std::string whole = test::get(small());
    for (std::size_t length = 0; length < whole.size() - 64; ++length) {
        test::put(folder / "cut.gguf", whole.substr(0, length));
        const auto error = test::caughtError([&] {
            const GgufFile file(folder / "cut.gguf");
            for (const GgufFile::Tensor& tensor : file.tensors())
                file.read(tensor);
        });
        EXPECT_TRUE(error) << length;
    }
}

TEST_F(GgufFiles, WithAnyByteChangedDoNoHarm) {
    const std::string whole = test::get(small());
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (const char value : {'\0', '\x7F', '\xFF'}) {
            std::string changed = whole;
            changed[at] = value;
            test::put(folder / "changed.gguf", changed);
            test::caughtError([&] {
                const GgufFile file(folder / "changed.gguf");
                for (const GgufFile::Tensor& tensor : file.tensors())
                    file.read(tensor);
            });
        }
}

} // namespace
} // namespace vernier
