#include "core/base/error.h"
#include "core/model/checkpoint.h"
#include "tests/core/model/forward.h"
#include "tests/core/model/reference_forward.h"
#include "tests/support/random_matrix.h"
#include "tests/support/safetensors_writer.h"
#include "tests/support/test_files.h"

#include <gtest/gtest.h>

namespace vernier {
namespace {

using nlohmann::json;

/// A tiny model with keys of its config.json changed, and tensors that these ask for added.
struct Variant {
    const char* name;
    const char* model;
    json changes;
    std::vector<TensorSpec> added = {};
};

std::vector<std::int32_t> someIds() {
    return test::golden("tiny_models.json")["ids"].get<std::vector<std::int32_t>>();
}

void write(const std::filesystem::path& folder, const Variant& variant, const std::string& cutName = {}) {
    json config = json::parse(test::get(test::tinyModel(variant.model) / "config.json"));
    if (!variant.changes.is_null())
        config.update(variant.changes);
    test::put(folder / "config.json", config.dump());
    test::SafetensorsWriter writer;
    const Checkpoint checkpoint(test::tinyModel(variant.model));
    for (const StoredTensor* tensor : checkpoint.tensors()) {
        std::vector<float> values(static_cast<std::size_t>(tensor->elements()));
        widen(tensor->bytes, tensor->type, values);
        writer.add(tensor->name.starts_with(cutName) ? tensor->name.substr(cutName.size()) : tensor->name,
                   tensor->shape, values);
    }
    unsigned seed = 1;
    for (const TensorSpec& tensor : variant.added) {
        const Index cols = tensor.shape.size() > 1 ? tensor.shape[1] : 1;
        const Matrix values = test::randomMatrix(tensor.shape[0], cols, seed++, 0.0f, 0.3f);
        writer.add(tensor.name, tensor.shape, {values.values().begin(), values.values().end()});
    }
    test::put(folder / "model.safetensors", writer.bytes());
}

class EveryVariant : public testing::TestWithParam<Variant> {};

TEST_P(EveryVariant, MeetsAReferenceInDoublePrecision) {
    const test::TemporaryFolder folder;
    write(folder.path(), GetParam());
    const auto ids = someIds();
    const auto expected = test::referenceLogits(folder.path(), ids);
    const Matrix logits = test::logitsOf(Model::open(folder.path()), ids);
    for (std::size_t t = 0; t < ids.size(); ++t)
        for (std::size_t i = 0; i < expected[t].size(); ++i)
            ASSERT_NEAR(logits(static_cast<Index>(t), static_cast<Index>(i)), expected[t][i], 1e-4)
                << "position " << t << ", token " << i;
}

std::vector<TensorSpec> biases() {
    std::vector<TensorSpec> tensors;
    for (const char* block : {"0", "1"}) {
        const std::string prefix = std::string("model.layers.") + block + ".";
        for (const auto& [name, size] : std::vector<std::pair<const char*, Index>>{{"self_attn.q_proj", 32},
                                                                                   {"self_attn.k_proj", 16},
                                                                                   {"self_attn.v_proj", 16},
                                                                                   {"self_attn.o_proj", 32},
                                                                                   {"mlp.gate_proj", 48},
                                                                                   {"mlp.up_proj", 48},
                                                                                   {"mlp.down_proj", 32}})
            tensors.push_back({prefix + name + ".bias", {size}});
    }
    return tensors;
}

json longRope(int trained) {
    return {
        {"rope_scaling",
         {{"rope_type", "longrope"}, {"short_factor", {1.0, 1.05, 1.2, 1.5}}, {"long_factor", {1.1, 2.0, 5.0, 9.0}}}},
        {"original_max_position_embeddings", trained},
        {"max_position_embeddings", 128}};
}

json longRopeOfHalf() {
    json changes = longRope(16);
    changes["partial_rotary_factor"] = 0.5;
    changes["rope_scaling"]["short_factor"] = {1.0, 1.3};
    changes["rope_scaling"]["long_factor"] = {1.4, 6.0};
    return changes;
}

std::vector<TensorSpec> denseBlock() {
    return {{"model.layers.0.mlp.gate_proj.weight", {48, 32}},
            {"model.layers.0.mlp.up_proj.weight", {48, 32}},
            {"model.layers.0.mlp.down_proj.weight", {32, 48}}};
}

INSTANTIATE_TEST_SUITE_P(
    Tiny, EveryVariant,
    testing::Values(
        // The reference itself is measured by a golden model first.
        Variant{"plain", "qwen3", {}}, Variant{"neox", "gpt_neox", {}}, Variant{"opt", "opt", {}},
        Variant{"llamaBiases",
                "llama3-rope",
                {{"rope_scaling", nullptr}, {"attention_bias", true}, {"mlp_bias", true}},
                biases()},
        Variant{
            "yarn",
            "llama-linear-rope",
            {{"rope_scaling", {{"rope_type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 512}}}}},
        Variant{"yarnWithItsOwnFactors",
                "llama-linear-rope",
                {{"rope_scaling",
                  {{"rope_type", "yarn"},
                   {"factor", 3.0},
                   {"original_max_position_embeddings", 64},
                   {"attention_factor", 1.3},
                   {"beta_fast", 8.0},
                   {"beta_slow", 0.5}}}}},
        Variant{"dynamic",
                "llama-linear-rope",
                {{"rope_scaling", {{"rope_type", "dynamic"}, {"factor", 4.0}}}, {"max_position_embeddings", 16}}},
        Variant{"dynamicWithinItsTraining",
                "llama-linear-rope",
                {{"rope_scaling", {{"rope_type", "dynamic"}, {"factor", 4.0}}}, {"max_position_embeddings", 32}}},
        Variant{"qwenUpperBlocksSlide",
                "qwen2",
                {{"use_sliding_window", true}, {"sliding_window", 5}, {"max_window_layers", 1}}},
        Variant{"mixtralSlides", "mixtral", {{"sliding_window", 4}}},
        Variant{"mixtureWithoutNormalisedShares", "qwen3_moe", {{"norm_topk_prob", false}}},
        Variant{"mixtureWithDenseBlock", "qwen3_moe", {{"mlp_only_layers", {0}}}, denseBlock()},
        Variant{"mixtureEverySecondBlock", "qwen3_moe", {{"decoder_sparse_step", 2}}, denseBlock()},
        Variant{"longRopeBeyondItsTraining", "phi3", longRope(16)},
        Variant{"longRopeWithinItsTraining", "phi3", longRope(32)},
        Variant{"longRopeOfHalfTheHead", "phi3", longRopeOfHalf()},
        Variant{"phiTurnsHalf", "phi3", {{"partial_rotary_factor", 0.5}}},
        Variant{"neoxInSequence", "gpt_neox", {{"use_parallel_residual", false}, {"rotary_pct", 1.0}}},
        Variant{"neoxWithoutAttentionBias", "gpt_neox", {{"attention_bias", false}, {"rotary_pct", 0.25}}},
        Variant{"optWithoutBias", "opt", {{"enable_bias", false}, {"activation_function", "gelu"}}}),
    [](const auto& info) { return info.param.name; });

TEST(Variants, FindTensorsWhoseCommonBeginningIsLeftAway) {
    const test::TemporaryFolder folder;
    write(folder.path(), {"", "gpt2", {}}, "transformer.");
    const Model model = Model::open(folder.path());
    model.checkTensors();
    const auto golden = test::golden("tiny_models.json");
    const Matrix logits = test::logitsOf(model, someIds());
    test::expectLogits(logits, 23, golden["models"]["gpt2"]["23"]);
}

TEST(Variants, ReadTheNewerNameOfRotaryPositions) {
    const test::TemporaryFolder folder;
    json config = json::parse(test::get(test::tinyModel("gemma3") / "config.json"));
    for (const char* key : {"rope_theta", "rope_local_base_freq"})
        config.erase(key);
    config["rope_parameters"] = {{"full_attention", {{"rope_type", "linear"}, {"factor", 8.0}, {"rope_theta", 5e5}}},
                                 {"sliding_attention", {{"rope_type", "default"}, {"rope_theta", 2e4}}}};
    test::put(folder / "config.json", config.dump());
    const auto spec = ArchitectureSpec::load(folder.path());
    EXPECT_EQ(spec.rotaryOf(0)->theta, 2e4);
    EXPECT_EQ(spec.rotaryOf(0)->scaling, RopeScaling::None);
    EXPECT_EQ(spec.rotaryOf(1)->theta, 5e5);
    EXPECT_EQ(spec.rotaryOf(1)->scaling, RopeScaling::Linear);
    EXPECT_EQ(spec.rotaryOf(1)->factor, 8.0);
}

/// A change to a tiny model's config.json that nothing is known of, and the key that the refusal names.
struct Unknown {
    const char* model;
    json changes;
    const char* says;
};

class UnknownFeature : public testing::TestWithParam<Unknown> {};

TEST_P(UnknownFeature, IsRefusedByKey) {
    const test::TemporaryFolder folder;
    json config = json::parse(test::get(test::tinyModel(GetParam().model) / "config.json"));
    config.update(GetParam().changes);
    test::put(folder / "config.json", config.dump());
    try {
        ArchitectureSpec::load(folder.path());
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find(GetParam().says), std::string::npos) << error.what();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Tiny, UnknownFeature,
    testing::Values(
        Unknown{"phi3", {{"rope_scaling", {{"type", "stretched"}}}}, "rope_scaling.type: rotary scaling stretched"},
        Unknown{"phi3", {{"rope_scaling", {{"type", "longrope"}}}}, "rope_scaling.short_factor"},
        Unknown{
            "phi3",
            {{"rope_scaling", {{"type", "longrope"}, {"short_factor", {1, 1, 1, 1}}, {"long_factor", {1, 1, 0, 1}}}}},
            "rope_scaling.long_factor"},
        Unknown{"opt", {{"do_layer_norm_before", false}}, "do_layer_norm_before"},
        Unknown{"opt", {{"word_embed_proj_dim", 16}}, "word_embed_proj_dim"},
        Unknown{"gpt2", {{"scale_attn_by_inverse_layer_idx", true}}, "scale_attn_by_inverse_layer_idx"},
        Unknown{"gemma3", {{"layer_types", {"sliding_attention"}}}, "layer_types"},
        Unknown{"gemma2", {{"layer_types", {"chunked_attention", "full_attention"}}}, "chunked_attention"},
        Unknown{"gpt_neox", {{"rotary_pct", 0.2}}, "rotary_pct"},
        Unknown{"qwen3_moe", {{"num_experts_per_tok", 7}}, "num_experts_per_tok"},
        Unknown{"qwen3_moe", {{"mlp_only_layers", {"0"}}}, "mlp_only_layers"},
        Unknown{"mistral", {{"sliding_window", -1}}, "sliding_window"}));

} // namespace
} // namespace vernier
