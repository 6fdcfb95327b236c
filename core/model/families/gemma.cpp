#include "core/model/families/common.h"
#include "core/model/families/family.h"

#include <cmath>

namespace vernier {

namespace {

/// What Gemma 2 and 3 share: norms before and after each branch with 1 + weight, scaled embeddings, a scale of scores
/// of its own, soft caps.
ArchitectureSpec readGemma(const ConfigReader& config, const FamilyDefaults& defaults) {
    ArchitectureSpec spec = readCommon(config, defaults);
    spec.norm = NormKind::RmsPlusOne;
    spec.names.afterAttentionNorm = "post_attention_layernorm";
    spec.names.feedForwardNorm = "pre_feedforward_layernorm";
    spec.names.afterFeedForwardNorm = "post_feedforward_layernorm";
    spec.queryKeyValueBias = spec.attentionOutputBias = config.flag("attention_bias");
    spec.embeddingScale = std::sqrt(static_cast<double>(spec.hiddenSize));
    spec.attentionScale = 1.0 / std::sqrt(config.real("query_pre_attn_scalar", 1e-3, 1e9, 256.0));
    config.expectFlag("use_bidirectional_attention", false);
    return spec;
}

} // namespace

ArchitectureSpec readGemma2(const ConfigReader& config) {
    ArchitectureSpec spec = readGemma(config, {.keyValueHeads = 4,
                                               .headSize = 256,
                                               .maxPositions = 8192,
                                               .tiedHead = true,
                                               .activationKey = "hidden_activation",
                                               .activation = "gelu_pytorch_tanh"});
    if (!config.isNull("attn_logit_softcapping"))
        spec.attentionCap = config.real("attn_logit_softcapping", 1e-3, 1e9, 50.0);
    if (!config.isNull("final_logit_softcapping"))
        spec.logitCap = config.real("final_logit_softcapping", 1e-3, 1e9, 30.0);
    slideByLayerTypes(
        spec, config, config.whole("sliding_window", 1, 1 << 24, 4096), [](int block, Index) { return block % 2 == 0; },
        0);
    return spec;
}

ArchitectureSpec readGemma3(const ConfigReader& config) {
    ArchitectureSpec spec = readGemma(config, {.keyValueHeads = 4,
                                               .headSize = 256,
                                               .maxPositions = 131072,
                                               .theta = 1e6,
                                               .tiedHead = true,
                                               .activationKey = "hidden_activation",
                                               .activation = "gelu_pytorch_tanh"});
    spec.attentionCap = config.real("attn_logit_softcapping", 1e-3, 1e9, 0.0);
    spec.logitCap = config.real("final_logit_softcapping", 1e-3, 1e9, 0.0);
    spec.names.queryNorm = "self_attn.q_norm";
    spec.names.keyNorm = "self_attn.k_norm";
    slideByLayerTypes(
        spec, config, config.whole("sliding_window", 1, 1 << 24, 4096),
        [](int block, Index pattern) { return (block + 1) % pattern != 0; },
        config.whole("sliding_window_pattern", 1, 10000, 6));
    // Blocks that see a window turn by a base of their own, never stretched.
    RotarySpec local{.size = spec.headSize, .theta = config.real("rope_local_base_freq", 1, 1e12, 10000.0)};
    if (const auto* perType = config.find("rope_parameters"); perType && perType->contains("sliding_attention"))
        local = readRotary(config, spec.headSize, 10000.0, "sliding_attention");
    spec.rotary.push_back(local);
    for (BlockSpec& block : spec.perBlock)
        block.rotary = block.slidingWindow > 0 ? 1 : 0;
    return spec;
}

} // namespace vernier
