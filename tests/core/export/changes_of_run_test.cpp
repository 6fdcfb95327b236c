#include "core/export/changes_of_run.h"

#include "tests/core/export/demo_run.h"

#include <gtest/gtest.h>

namespace vernier {
namespace {

QuantizeSettings foldableAwq() {
    QuantizeSettings settings;
    settings.method = Method::Awq;
    settings.scheme = {4, 64, false};
    settings.foldableOnly = true;
    return settings;
}

/// The weights of a run in the unchanged model.
ModelChanges unfolded(const test::DemoRun& run) {
    return LinearSource([&run](const std::string& name) -> std::optional<Matrix> {
        for (const QuantizedBlock& block : run.blocks)
            if (const auto found = block.linears.find(name); found != block.linears.end())
                return found->second.dequantize();
        return std::nullopt;
    });
}

TEST(ChangesOfRun, TakeFoldableScalesOutOfTheNorms) {
    const test::DemoRun run(foldableAwq());
    const ModelChanges changes = changesOfRun(run.model, run.settings, run.source().block);
    const std::string norm = "model.layers.1.input_layernorm.weight", query = "model.layers.1.self_attn.q_proj";
    const QuantizedLinear& linear = run.blocks.at(1).linears.at(query);
    const std::vector<float> before = run.model.vector(norm, linear.in);
    const auto after = changes.vectors(norm);
    ASSERT_TRUE(after);
    ASSERT_EQ(std::ssize(*after), linear.in);
    for (std::size_t i = 0; i < before.size(); ++i)
        EXPECT_NEAR((*after)[i] * linear.inputScales[i], before[i], 1e-5 * std::abs(before[i])) << i;
    EXPECT_FALSE(changes.vectors("model.norm.weight"));
    EXPECT_FALSE(changes.vectors("model.layers.1.self_attn.q_norm.weight"));
    const auto weight = changes.linears(query);
    ASSERT_TRUE(weight);
    EXPECT_TRUE(std::ranges::equal(weight->values(), linear.storedWeight().values()));
    EXPECT_NEAR(test::perplexityOf(run.model, changes), test::perplexityOf(run.model, unfolded(run)), 5e-5);
}

TEST(ChangesOfRun, LeaveABlockThatDoesNotFoldAsItIs) {
    QuantizeSettings settings = foldableAwq();
    LinearOverride kept;
    kept.pattern = "model.layers.0.self_attn.q_proj";
    kept.skip = true;
    settings.overrides = {kept};
    const test::DemoRun run(settings);
    const ModelChanges changes = changesOfRun(run.model, run.settings, run.source().block);
    const std::string key = "model.layers.0.self_attn.k_proj";
    const QuantizedLinear& linear = run.blocks.at(0).linears.at(key);
    ASSERT_FALSE(linear.inputScales.empty());
    EXPECT_FALSE(changes.vectors("model.layers.0.input_layernorm.weight"));
    EXPECT_TRUE(std::ranges::equal(changes.linears(key)->values(), linear.dequantize().values()));
}

} // namespace
} // namespace vernier
