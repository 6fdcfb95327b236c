#include "core/base/error.h"
#include "core/calibrate/calibration_pass.h"
#include "core/model/fold_target.h"
#include "core/quantize/quantize_model.h"
#include "tests/support/demo_windows.h"
#include "tests/support/test_files.h"

#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

struct QuantizeModel : testing::Test {
    Model model = Model::open(test::demoFolder() / "model");
    TokenWindows windows = test::demoWindows("calibration", 4);

    std::map<int, QuantizedBlock> quantize(const QuantizeSettings& settings, QuantizeHooks hooks = {}) {
        std::map<int, QuantizedBlock> blocks;
        hooks.onBlock = [&](const QuantizedBlock& block) { blocks.emplace(block.block, block); };
        JobContext job;
        quantizeModel(model, windows, settings, {}, hooks, job);
        return blocks;
    }

    static QuantizeSettings gptq() {
        QuantizeSettings settings;
        settings.scheme = {3, 64, false};
        return settings;
    }
};

constexpr const char* kQuery = "model.layers.0.self_attn.q_proj";
constexpr const char* kDown = "model.layers.0.mlp.down_proj";

// In the first block no linear stands before the queries': whatever follows the quantized prefix sees them alike.
TEST_F(QuantizeModel, TrueSequentialOrderChangesOnlyWhatStandsBehindQuantizedLinears) {
    const auto plain = quantize(gptq());
    QuantizeSettings settings = gptq();
    settings.trueSequential = true;
    const auto sequential = quantize(settings);
    ASSERT_EQ(sequential.size(), 6u);
    EXPECT_EQ(sequential.at(0).linears.at(kQuery).codes, plain.at(0).linears.at(kQuery).codes);
    EXPECT_NE(sequential.at(0).linears.at(kDown).codes, plain.at(0).linears.at(kDown).codes);
    EXPECT_EQ(sequential.at(0).reports.size(), 7u);
}

TEST_F(QuantizeModel, InputsThatHaveNotDriftedAreNotCorrected) {
    const auto plain = quantize(gptq());
    QuantizeSettings settings = gptq();
    settings.driftCorrection = 0.25;
    const auto corrected = quantize(settings);
    for (const auto& [name, linear] : plain.at(0).linears) // its inputs are those of full precision
        EXPECT_EQ(corrected.at(0).linears.at(name).codes, linear.codes) << name;
    EXPECT_NE(corrected.at(3).linears.at("model.layers.3.self_attn.q_proj").codes,
              plain.at(3).linears.at("model.layers.3.self_attn.q_proj").codes);
}

TEST_F(QuantizeModel, FullPrecisionGramsNeedNoForwardPass) {
    std::map<int, std::shared_ptr<const BlockStatistics>> statistics;
    PassHooks pass;
    pass.onBlock = [&](BlockStatistics block) {
        const int index = block.block;
        statistics[index] = std::make_shared<const BlockStatistics>(std::move(block));
    };
    JobContext job;
    runCalibrationPass(model, windows, {}, pass, job);
    QuantizeSettings settings = gptq();
    settings.grams = GramSource::FullPrecision;
    QuantizeHooks hooks;
    hooks.statistics = [&](int block) { return statistics.at(block); };
    const auto fromCache = quantize(settings, hooks);
    const auto prefix = quantize(gptq());
    for (const auto& [name, linear] : prefix.at(0).linears)
        EXPECT_EQ(fromCache.at(0).linears.at(name).codes, linear.codes) << name;
    EXPECT_NE(fromCache.at(5).linears.at("model.layers.5.mlp.up_proj").codes,
              prefix.at(5).linears.at("model.layers.5.mlp.up_proj").codes);
}

TEST_F(QuantizeModel, SkippedLinearsStayAndOverriddenOnesFollowTheirScheme) {
    QuantizeSettings settings = gptq();
    settings.method = Method::Rtn;
    settings.overrides = {{"*.0.mlp.*", true, {}, {}, {}, {}, {}}, {"*.1.*", false, 8, -1, true, {}, {}}};
    const auto blocks = quantize(settings);
    EXPECT_FALSE(blocks.at(0).linears.contains(kDown));
    EXPECT_TRUE(blocks.at(0).linears.contains(kQuery));
    EXPECT_EQ(blocks.at(0).reports.back().how, "kept");
    EXPECT_EQ(blocks.at(0).reports.back().bitsPerWeight(), 16);
    EXPECT_EQ(blocks.at(1).linears.at("model.layers.1.mlp.down_proj").scheme, (Scheme{8, -1, true}));
    EXPECT_EQ(blocks.at(2).linears.at("model.layers.2.mlp.down_proj").scheme, settings.scheme);
}

// What a checkpoint stores of a norm is bfloat16 here: divided by the scales it must be one without rounding.
TEST_F(QuantizeModel, FoldableScalesLeaveNormsThatTheCheckpointCanHold) {
    QuantizeSettings settings = gptq();
    settings.method = Method::Awq;
    settings.foldableOnly = true;
    const auto blocks = quantize(settings);
    for (const auto& [index, block] : blocks) {
        const auto norm = model.vector(model.spec.linearName(index, "input_layernorm") + ".weight", 256);
        const auto& scales = block.linears.at(model.spec.linearName(index, "self_attn.q_proj")).inputScales;
        ASSERT_EQ(scales.size(), norm.size());
        for (std::size_t i = 0; i < norm.size(); ++i) {
            const double stored = static_cast<double>(norm[i]) / static_cast<double>(scales[i]);
            EXPECT_NEAR(roundTo(ScaleType::BF16, stored), stored, 1e-6 * std::abs(stored));
        }
        // Gate and up read one norm, down reads what up gives.
        const auto& up = block.linears.at(model.spec.linearName(index, "mlp.up_proj"));
        const auto& down = block.linears.at(model.spec.linearName(index, "mlp.down_proj"));
        EXPECT_EQ(up.outputScales, down.inputScales);
        // Heads share values in this model: the factors of its outputs have nowhere to go.
        EXPECT_TRUE(block.linears.at(model.spec.linearName(index, "self_attn.o_proj")).inputScales.empty());
    }
}

TEST(FoldTarget, IsWhereAFactorCanBeTakenOut) {
    const Model model = Model::open(test::demoFolder() / "model");
    ASSERT_NE(model.spec.heads, model.spec.keyValueHeads);
    EXPECT_EQ(foldTarget(model.spec, 0, 0)->name, "input_layernorm");
    EXPECT_FALSE(foldTarget(model.spec, 0, 1));
    EXPECT_EQ(foldTarget(model.spec, 0, 2)->name, "post_attention_layernorm");
    EXPECT_EQ(foldTarget(model.spec, 0, 3)->name, "mlp.up_proj");
    ArchitectureSpec spec = model.spec;
    spec.keyValueHeads = spec.heads;
    EXPECT_EQ(foldTarget(spec, 0, 1)->name, "self_attn.v_proj");
    EXPECT_EQ(foldTarget(spec, 0, 1)->firstRow, 0);
    spec.names.queryKeyValue = {"self_attn.qkv_proj"}; // values come last
    EXPECT_EQ(foldTarget(spec, 0, 1)->firstRow, 2 * spec.heads * spec.headSize);
    spec.gated = false;
    spec.activation = Activation::Gelu;
    EXPECT_FALSE(foldTarget(spec, 0, 3)) << "GELU(a x) is not a GELU(x)";
    spec.activation = Activation::Relu;
    EXPECT_TRUE(foldTarget(spec, 0, 3));
}

} // namespace
} // namespace vernier
