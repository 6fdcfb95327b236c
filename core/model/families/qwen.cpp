#include "core/model/families/common.h"
#include "core/model/families/family.h"

#include <fmt/format.h>

namespace vernier {

namespace {

/// Blocks from max_window_layers on slide, where sliding is switched on at all.
void slideUpperBlocks(ArchitectureSpec& spec, const ConfigReader& config) {
    if (!config.flag("use_sliding_window"))
        return;
    const Index window = config.whole("sliding_window", 1, 1 << 24, 4096);
    slideByLayerTypes(
        spec, config, window, [](int block, Index first) { return block >= first; },
        config.whole("max_window_layers", 0, 1 << 20, 28));
}

void normaliseQueriesAndKeys(ArchitectureSpec& spec) {
    spec.names.queryNorm = "self_attn.q_norm";
    spec.names.keyNorm = "self_attn.k_norm";
}

/// Blocks listed in mlp_only_layers, and those that decoder_sparse_step skips, have one feed-forward layer.
void mixBlocks(ArchitectureSpec& spec, const ConfigReader& config) {
    const Index step = config.whole("decoder_sparse_step", 1, 10000, 1);
    for (int block = 0; block < spec.blocks; ++block)
        spec.perBlock[static_cast<std::size_t>(block)].sparse = (block + 1) % step == 0;
    const auto* dense = config.find("mlp_only_layers");
    if (!dense)
        return;
    if (!dense->is_array())
        config.fail("mlp_only_layers", "is not a list of blocks");
    for (const auto& entry : *dense) {
        if (!entry.is_number_integer() || entry.get<std::int64_t>() < 0)
            config.fail("mlp_only_layers", fmt::format("lists {}, which is no block", entry.dump()));
        if (entry.get<std::int64_t>() < spec.blocks)
            spec.perBlock[entry.get<std::size_t>()].sparse = false;
    }
}

} // namespace

ArchitectureSpec readQwen2(const ConfigReader& config) {
    ArchitectureSpec spec = readCommon(config, {.keyValueHeads = 32, .maxPositions = 32768});
    spec.queryKeyValueBias = true;
    slideUpperBlocks(spec, config);
    return spec;
}

ArchitectureSpec readQwen3(const ConfigReader& config) {
    ArchitectureSpec spec = readCommon(config, {.keyValueHeads = 32, .headSize = 128, .maxPositions = 32768});
    spec.queryKeyValueBias = spec.attentionOutputBias = config.flag("attention_bias");
    normaliseQueriesAndKeys(spec);
    slideUpperBlocks(spec, config);
    return spec;
}

ArchitectureSpec readQwen3Moe(const ConfigReader& config) {
    ArchitectureSpec spec = readCommon(config, {.keyValueHeads = 4, .maxPositions = 32768});
    spec.queryKeyValueBias = spec.attentionOutputBias = config.flag("attention_bias");
    normaliseQueriesAndKeys(spec);
    if (config.flag("use_sliding_window"))
        slideEverywhere(spec, config.whole("sliding_window", 1, 1 << 24, 4096));
    spec.mixture.experts = static_cast<int>(config.whole("num_experts", 1, 4096, 128));
    spec.mixture.perToken = static_cast<int>(config.whole("num_experts_per_tok", 1, spec.mixture.experts, 8));
    spec.mixture.intermediateSize = config.whole("moe_intermediate_size", 1, kSizeLimit, 768);
    spec.mixture.normalised = config.flag("norm_topk_prob");
    spec.names.router = "mlp.gate";
    spec.names.experts = "mlp.experts";
    mixBlocks(spec, config);
    return spec;
}

} // namespace vernier
