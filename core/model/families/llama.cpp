#include "core/model/families/common.h"
#include "core/model/families/family.h"

namespace vernier {

ArchitectureSpec readLlama(const ConfigReader& config) {
    ArchitectureSpec spec = readCommon(config, {});
    spec.queryKeyValueBias = spec.attentionOutputBias = config.flag("attention_bias");
    spec.feedForwardBias = config.flag("mlp_bias");
    return spec;
}

ArchitectureSpec readMistral(const ConfigReader& config) {
    ArchitectureSpec spec = readCommon(config, {.keyValueHeads = 8, .maxPositions = 131072});
    if (!config.isNull("sliding_window"))
        slideEverywhere(spec, config.whole("sliding_window", 1, 1 << 24, 4096));
    return spec;
}

ArchitectureSpec readMixtral(const ConfigReader& config) {
    ArchitectureSpec spec =
        readCommon(config, {.keyValueHeads = 8, .maxPositions = 131072, .normEpsilon = 1e-5, .theta = 1e6});
    if (config.find("sliding_window"))
        slideEverywhere(spec, config.whole("sliding_window", 1, 1 << 24));
    spec.mixture.experts = static_cast<int>(config.whole("num_local_experts", 1, 4096, 8));
    spec.mixture.perToken = static_cast<int>(config.whole("num_experts_per_tok", 1, spec.mixture.experts, 2));
    spec.mixture.intermediateSize = spec.intermediateSize;
    spec.names.router = "block_sparse_moe.gate";
    spec.names.experts = "block_sparse_moe.experts";
    spec.names.expertInput = {"w1", "w3"};
    spec.names.expertOutput = "w2";
    for (BlockSpec& block : spec.perBlock)
        block.sparse = true;
    return spec;
}

ArchitectureSpec readPhi3(const ConfigReader& config) {
    ArchitectureSpec spec = readCommon(config, {.maxPositions = 4096, .normEpsilon = 1e-5, .partialRotary = true});
    if (config.find("sliding_window"))
        slideEverywhere(spec, config.whole("sliding_window", 1, 1 << 24));
    spec.names.queryKeyValue = {"self_attn.qkv_proj"};
    spec.names.feedForwardInput = {"mlp.gate_up_proj"};
    return spec;
}

} // namespace vernier
