#include "core/base/error.h"
#include "core/export/gguf/export_gguf.h"
#include "core/export/gguf/gguf_file.h"
#include "core/export/gguf/gguf_names.h"
#include "core/export/gguf/unpack_gguf.h"
#include "core/export/imatrix.h"
#include "core/model/rotary.h"
#include "tests/core/export/demo_run.h"
#include "tests/support/caught_error.h"
#include "tests/support/random_matrix.h"
#include "tests/support/test_files.h"

#include <cmath>
#include <cstring>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::HasSubstr;

struct Case {
    std::string title;
    QuantizeSettings settings{};
};

Case makeCase(std::string title, Method method, Scheme scheme) {
    Case made{std::move(title), {}};
    made.settings.method = method;
    made.settings.scheme = scheme;
    made.settings.scheme.scaleType = ScaleType::F16;
    made.settings.foldableOnly = true;
    return made;
}

class ExportedGguf : public testing::TestWithParam<Case> {};

TEST_P(ExportedGguf, UnpacksExactlyAndGivesTheRunsPerplexity) {
    const test::DemoRun run(GetParam().settings);
    const test::TemporaryFolder parent;
    JobContext job;
    {
        ExportFolder folder(parent / "gguf", false);
        writeGguf(folder, run.source(), job);
        folder.publish();
        ExportFolder unpacked(parent / "model", false);
        unpackGguf(parent / "gguf/model.gguf", unpacked, job);
        unpacked.publish();
    }
    const Model model = Model::open(parent / "model");
    model.checkTensors();
    EXPECT_EQ(model.spec.headSize, run.model.spec.headSize);
    EXPECT_EQ(model.spec.maxPositions, run.model.spec.maxPositions);
    EXPECT_EQ(model.spec.normEpsilon, run.model.spec.normEpsilon);
    EXPECT_TRUE(model.spec.tiedHead);
    for (const QuantizedBlock& block : run.blocks)
        for (const auto& [name, linear] : block.linears) {
            const Matrix stored = linear.storedWeight();
            const Matrix read = model.matrix(name + ".weight", linear.out, linear.in);
            EXPECT_TRUE(std::ranges::equal(read.values(), stored.values())) << name;
        }
    EXPECT_NEAR(test::perplexityOf(model, {}), run.perplexity(), 5e-5);
}

INSTANTIATE_TEST_SUITE_P(Formats, ExportedGguf,
                         testing::Values(makeCase("Q4_0Gptq", Method::Gptq, Scheme::of(NumberFormat::Q4_0)),
                                         makeCase("Q4_0Awq", Method::AwqGptq, Scheme::of(NumberFormat::Q4_0)),
                                         makeCase("Q4_1", Method::Rtn, Scheme::of(NumberFormat::Q4_1)),
                                         makeCase("Q5_0", Method::Rtn, Scheme::of(NumberFormat::Q5_0)),
                                         makeCase("Q5_1", Method::Gptq, Scheme::of(NumberFormat::Q5_1)),
                                         makeCase("Q8_0", Method::Rtn, Scheme::of(NumberFormat::Q8_0)),
                                         makeCase("ThreeBitIntegers", Method::Gptq, {3, 64, true})),
                         [](const auto& info) { return info.param.title; });

TEST(ExportGguf, WritesWhatLlamaCppExpects) {
    auto made = makeCase("", Method::Rtn, Scheme::of(NumberFormat::Q4_0));
    LinearOverride kept;
    kept.pattern = "*.0.self_attn.k_proj";
    kept.skip = true;
    made.settings.overrides = {kept};
    const test::DemoRun run(made.settings);
    const test::TemporaryFolder parent;
    JobContext job;
    ExportFolder folder(parent / "gguf", false);
    writeGguf(folder, run.source(), job);
    const GgufFile file(folder.path() / "model.gguf");
    EXPECT_EQ(file.text("general.architecture"), "llama");
    EXPECT_EQ(file.whole("general.file_type"), 2);
    EXPECT_EQ(file.whole("llama.block_count"), 6);
    EXPECT_EQ(file.whole("llama.attention.head_count_kv"), 4);
    EXPECT_EQ(file.whole("llama.rope.dimension_count"), 32);
    EXPECT_EQ(file.find("output.weight"), nullptr); // tied
    EXPECT_EQ(file.find("token_embd.weight")->type, 30u);
    EXPECT_EQ(file.find("blk.5.ffn_down.weight")->type, 2u);
    EXPECT_EQ(file.find("blk.5.ffn_down.weight")->shape, (std::vector<std::int64_t>{256, 768}));
    EXPECT_EQ(file.find("blk.2.attn_norm.weight")->type, 0u);
    EXPECT_EQ(file.tensors().size(), 2u + 6 * 9);
    // What stays in full precision is permuted as well.
    const auto& key = *file.find("blk.0.attn_k.weight");
    EXPECT_EQ(key.type, 30u);
    const auto values = file.read(key);
    const Matrix original = run.model.matrix("model.layers.0.self_attn.k_proj.weight", 128, 256);
    for (Index row = 0; row < 128; ++row)
        EXPECT_EQ(values[static_cast<std::size_t>(row * 256 + 5)], original(ggufRow(row, 128, 4), 5));
}

/// Exports the demo model with positions stretched so, unpacks it and compares the turns of all positions.
void expectSameTurns(const RotarySpec& stretched) {
    auto made = makeCase("", Method::Rtn, Scheme::of(NumberFormat::Q8_0));
    test::DemoRun run(made.settings);
    const RotaryTable plain(run.model.spec.rotary.front(), 256);
    RotarySpec& rotary = run.model.spec.rotary.front();
    const Index size = rotary.size;
    const double theta = rotary.theta;
    rotary = stretched;
    rotary.size = size;
    rotary.theta = theta;
    const test::TemporaryFolder parent;
    JobContext job;
    ExportFolder folder(parent / "gguf", false);
    writeGguf(folder, run.source(), job);
    ExportFolder unpacked(parent / "model", false);
    unpackGguf(folder.path() / "model.gguf", unpacked, job);
    unpacked.publish();
    const Model model = Model::open(parent / "model");
    model.checkTensors();
    const RotaryTable expected(rotary, 256), read(model.spec.rotary.front(), 256);
    double most = 0, change = 0;
    for (Index position = 0; position < 256; ++position)
        for (Index i = 0; i < size / 2; ++i) {
            most = std::max(most, std::abs(double{expected.sine(position, i)} - double{read.sine(position, i)}));
            most = std::max(most, std::abs(double{expected.cosine(position, i)} - double{read.cosine(position, i)}));
            change = std::max(change, std::abs(double{expected.sine(position, i)} - double{plain.sine(position, i)}));
        }
    EXPECT_LT(most, 5e-5); // factors are stored as 32-bit floats: 256 positions of 6e-8
    EXPECT_GT(change, 0.1);
}

TEST(ExportGguf, KeepsThePositionsOfLlama3WhenUnpacked) {
    RotarySpec rotary;
    rotary.scaling = RopeScaling::Llama3;
    rotary.factor = 8;
    rotary.originalPositions = 512;
    rotary.lowFrequencyFactor = 1;
    rotary.highFrequencyFactor = 4;
    expectSameTurns(rotary);
}

TEST(ExportGguf, KeepsThePositionsOfYarnWhenUnpacked) {
    RotarySpec rotary;
    rotary.scaling = RopeScaling::Yarn;
    rotary.factor = 4;
    rotary.originalPositions = 512;
    rotary.attentionFactor = 0.1 * std::log(4.0) + 1.0;
    expectSameTurns(rotary);
}

TEST(ExportGguf, KeepsTheRampAndTheScaleOfYarnWhenUnpacked) {
    RotarySpec rotary;
    rotary.scaling = RopeScaling::Yarn;
    rotary.factor = 4;
    rotary.originalPositions = 64;
    rotary.betaFast = 8;
    rotary.betaSlow = 2;
    rotary.attentionFactor = 1.25;
    expectSameTurns(rotary);
}

TEST(ExportGguf, KeepsFactorsThatHoldForTextsOfAnyLengthWhenUnpacked) {
    RotarySpec rotary;
    rotary.scaling = RopeScaling::LongRope;
    rotary.originalPositions = 512;
    for (int i = 0; i < 16; ++i)
        rotary.shortFactors.push_back(1 + 0.25 * i);
    rotary.longFactors = rotary.shortFactors;
    expectSameTurns(rotary);
}

TEST(ExportGguf, RefusesToUnpackWhatIsNoModelOfItsFamilies) {
    const test::TemporaryFolder parent;
    JobContext job;
    const auto refusal = [&](const GgufMetadata& metadata) {
        GgufWriter(parent / "x.gguf", metadata, {}).finish();
        const auto error = test::caughtError([&] {
            const ExportFolder folder(parent / "model", false);
            unpackGguf(parent / "x.gguf", folder, job);
        });
        return std::string(error ? error->what() : "none");
    };
    EXPECT_THAT(refusal({}), HasSubstr("general.architecture"));
    EXPECT_THAT(refusal({{"general.architecture", std::string("bert")}}), HasSubstr("bert is not known"));
    EXPECT_THAT(refusal({{"general.architecture", std::string("llama")}}), HasSubstr("llama.embedding_length"));
}

TEST(ExportGguf, RefusesToUnpackQueriesWithoutRows) {
    const test::TemporaryFolder parent;
    GgufMetadata metadata{{"general.architecture", std::string("llama")}};
    for (const char* key : {"embedding_length", "feed_forward_length", "block_count", "attention.head_count",
                            "attention.head_count_kv", "context_length"})
        metadata.emplace_back(std::string("llama.") + key, std::uint32_t{2});
    metadata.emplace_back("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    GgufWriter writer(parent / "x.gguf", metadata,
                      {{"token_embd.weight", GgmlType::F32, {4, 2}}, {"blk.0.attn_q.weight", GgmlType::F32, {}}});
    writer.append(std::vector<std::byte>(32));
    writer.append(std::vector<std::byte>(4));
    writer.finish();
    JobContext job;
    const auto error = test::caughtError([&] {
        const ExportFolder folder(parent / "model", false);
        unpackGguf(parent / "x.gguf", folder, job);
    });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), HasSubstr("its 1 rows are no 2 heads"));
}

/// Statistics of all blocks of a tiny model over random inputs, one per group.
class Imatrix : public testing::Test {
protected:
    static constexpr Index kTokens = 40;
    test::TemporaryFolder folder;
    ArchitectureSpec spec = ArchitectureSpec::load(test::tinyModel("qwen2"));

    ImatrixSource source() const {
        return {spec,
                [this](int block) -> std::shared_ptr<const BlockStatistics> {
                    auto statistics = std::make_shared<BlockStatistics>(spec, block);
                    const auto groups = spec.inputGroups(block);
                    for (std::size_t g = 0; g < groups.size(); ++g)
                        statistics->taps[g].observe(inputs(block, g).view());
                    return statistics;
                },
                "a text", 5, 8};
    }
    Matrix inputs(int block, std::size_t group) const {
        return test::randomMatrix(kTokens, spec.inputGroups(block)[group].in(),
                                  static_cast<unsigned>(block) * 10 + static_cast<unsigned>(group), 0.5f);
    }
    double sumOfSquares(int block, std::size_t group, Index channel) const {
        const Matrix x = inputs(block, group);
        double sum = 0;
        for (Index token = 0; token < kTokens; ++token)
            sum += double{x(token, channel)} * double{x(token, channel)};
        return sum;
    }
};

TEST_F(Imatrix, InItsGgufFormHoldsSumsAndCounts) {
    JobContext job;
    writeImatrix(source(), folder / "imatrix.gguf", ImatrixForm::Gguf, job);
    const GgufFile file(folder / "imatrix.gguf");
    EXPECT_EQ(file.text("general.type"), "imatrix");
    EXPECT_EQ(file.whole("imatrix.chunk_count"), 5);
    EXPECT_EQ(file.whole("imatrix.chunk_size"), 8);
    EXPECT_EQ(file.tensors().size(), 2u * 2 * 7);
    const auto* sums = file.find("blk.1.ffn_down.weight.in_sum2");
    ASSERT_TRUE(sums);
    EXPECT_EQ(sums->shape, (std::vector<std::int64_t>{1, 48}));
    const auto values = file.read(*sums);
    for (Index channel = 0; channel < 48; ++channel) {
        const double expected = sumOfSquares(1, 3, channel);
        EXPECT_NEAR(double{values[static_cast<std::size_t>(channel)]}, expected, 1e-5 * expected);
    }
    EXPECT_THAT(file.read(*file.find("blk.1.ffn_down.weight.counts")), testing::ElementsAre(40.0f));
}

TEST_F(Imatrix, InItsOldFormReadsAsLlamaCppReadsIt) {
    JobContext job;
    writeImatrix(source(), folder / "imatrix.dat", ImatrixForm::Dat, job);
    const std::string bytes = test::get(folder / "imatrix.dat");
    std::size_t at = 0;
    const auto number = [&]<class T>(T value) {
        std::memcpy(&value, bytes.data() + at, sizeof(T));
        at += sizeof(T);
        return value;
    };
    const auto text = [&] {
        const auto length = static_cast<std::size_t>(number(std::int32_t{}));
        at += length;
        return bytes.substr(at - length, length);
    };
    const auto entries = number(std::int32_t{});
    EXPECT_EQ(entries, 14);
    bool found = false;
    for (std::int32_t i = 0; i < entries; ++i) {
        const std::string name = text();
        const auto calls = number(std::int32_t{}), size = number(std::int32_t{});
        EXPECT_EQ(calls, 5);
        for (std::int32_t channel = 0; channel < size; ++channel) {
            const double mean = double{number(float{})} / calls;
            if (name != "blk.0.attn_q.weight")
                continue;
            found = true;
            EXPECT_NEAR(mean, sumOfSquares(0, 0, channel) / kTokens, 1e-5 * mean);
        }
    }
    EXPECT_TRUE(found);
    EXPECT_EQ(number(std::int32_t{}), 5);
    EXPECT_EQ(text(), "a text");
    EXPECT_EQ(at, bytes.size());
}

TEST_F(Imatrix, IsRefusedForFamiliesThatCannotBeNamed) {
    spec = ArchitectureSpec::load(test::tinyModel("gpt2"));
    JobContext job;
    EXPECT_THROW(writeImatrix(source(), folder / "imatrix.gguf", ImatrixForm::Gguf, job), Error);
    EXPECT_FALSE(std::filesystem::exists(folder / "imatrix.gguf"));
}

} // namespace
} // namespace vernier
