#include "core/base/error.h"
#include "core/model/architecture.h"
#include "tests/support/test_files.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Architecture, ReadsTheDemosConfig) {
    const auto spec = ArchitectureSpec::load(test::demoFolder() / "model");
    EXPECT_EQ(spec.blocks, 6);
    EXPECT_EQ(spec.headSize, 32);
    EXPECT_EQ(spec.keyValueHeads, 4);
    EXPECT_TRUE(spec.tiedHead);
    // Per block: q 256·256, k and v 128·256 each, o 256·256, three of 256·768.
    EXPECT_EQ(spec.linearParameters(), 6 * (2 * 256 * 256 + 2 * 128 * 256 + 3 * 256 * 768));
    EXPECT_EQ(spec.linearName(3, "mlp.down_proj"), "model.layers.3.mlp.down_proj");
}

/// A change to the demo's config.json, and what the refusal must say.
struct Change {
    const char* key;
    nlohmann::json value;
    const char* says;
};

class ChangedConfig : public testing::TestWithParam<Change> {};

TEST_P(ChangedConfig, IsRefusedByName) {
    const test::TemporaryFolder folder;
    auto config = nlohmann::json::parse(test::get(test::demoFolder() / "model" / "config.json"));
    config[GetParam().key] = GetParam().value;
    test::put(folder / "config.json", config.dump());
    EXPECT_THAT([&] { ArchitectureSpec::load(folder.path()); }, ThrowsMessage<Error>(HasSubstr(GetParam().says)));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, ChangedConfig,
    testing::Values(Change{"architectures", {"MambaForCausalLM"}, "MambaForCausalLM"},
                    Change{"rope_scaling", {{"type", "stretched"}}, "stretched"},
                    Change{"rope_scaling", {{"rope_type", "yarn"}}, "rope_scaling.factor"},
                    Change{"model_type", "mamba", "LlamaForCausalLM (llama), MistralForCausalLM (mistral)"},
                    Change{"hidden_act", "mish", "mish"}, Change{"num_hidden_layers", 0, "num_hidden_layers"},
                    Change{"hidden_size", "256", "hidden_size"}, Change{"hidden_size", 1e300, "hidden_size"},
                    Change{"num_key_value_heads", 3, "num_key_value_heads"}, Change{"head_dim", 33, "head_dim"},
                    Change{"rms_norm_eps", -1, "rms_norm_eps"}, Change{"attention_bias", 1, "attention_bias"}));

} // namespace
} // namespace vernier
