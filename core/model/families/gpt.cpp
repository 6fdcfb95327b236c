#include "core/model/families/common.h"
#include "core/model/families/family.h"

#include <cmath>

namespace vernier {

namespace {

/// What the families with LayerNorm and biases throughout share.
void layerNormsAndBiases(ArchitectureSpec& spec, const ConfigReader& config, const char* headsKey) {
    if (spec.hiddenSize % spec.heads != 0)
        config.fail(headsKey, "does not divide the hidden size");
    spec.keyValueHeads = spec.heads;
    spec.headSize = spec.hiddenSize / spec.heads;
    spec.attentionScale = 1.0 / std::sqrt(static_cast<double>(spec.headSize));
    spec.norm = NormKind::Layer;
    spec.gated = false;
    spec.queryKeyValueBias = spec.attentionOutputBias = spec.feedForwardBias = true;
    spec.perBlock.assign(static_cast<std::size_t>(spec.blocks), {});
}

} // namespace

ArchitectureSpec readGpt2(const ConfigReader& config) {
    config.expectFlag("scale_attn_weights", true);
    config.expectFlag("scale_attn_by_inverse_layer_idx", false);
    config.expectFlag("add_cross_attention", false);
    ArchitectureSpec spec;
    spec.vocabularySize = config.whole("vocab_size", 1, 1 << 24);
    spec.hiddenSize = config.whole("n_embd", 1, kSizeLimit, 768);
    spec.intermediateSize = config.whole("n_inner", 1, kSizeLimit, 4 * spec.hiddenSize);
    spec.blocks = static_cast<int>(config.whole("n_layer", 1, 10000, 12));
    spec.heads = static_cast<int>(config.whole("n_head", 1, kSizeLimit, 12));
    spec.maxPositions = static_cast<int>(config.whole("n_positions", 1, 1 << 24, 1024));
    spec.normEpsilon = static_cast<float>(config.real("layer_norm_epsilon", 0, 1, 1e-5));
    spec.activation = readActivation(config, "activation_function", "gelu_new");
    spec.tiedHead = config.flag("tie_word_embeddings", true);
    layerNormsAndBiases(spec, config, "n_head");
    spec.transposed = true;
    spec.names = {.base = "transformer.",
                  .embedding = "transformer.wte",
                  .positions = "transformer.wpe",
                  .finalNorm = "transformer.ln_f",
                  .blocks = "transformer.h",
                  .attentionNorm = "ln_1",
                  .feedForwardNorm = "ln_2",
                  .attention = "attn",
                  .queryKeyValue = {"attn.c_attn"},
                  .attentionOutput = "attn.c_proj",
                  .feedForwardInput = {"mlp.c_fc"},
                  .feedForwardOutput = "mlp.c_proj"};
    return spec;
}

ArchitectureSpec readOpt(const ConfigReader& config) {
    config.expectFlag("do_layer_norm_before", true);
    config.expectFlag("layer_norm_elementwise_affine", true);
    config.expectFlag("_remove_final_layer_norm", false);
    ArchitectureSpec spec;
    spec.vocabularySize = config.whole("vocab_size", 1, 1 << 24);
    spec.hiddenSize = config.whole("hidden_size", 1, kSizeLimit, 768);
    spec.intermediateSize = config.whole("ffn_dim", 1, kSizeLimit, 3072);
    spec.blocks = static_cast<int>(config.whole("num_hidden_layers", 1, 10000, 12));
    spec.heads = static_cast<int>(config.whole("num_attention_heads", 1, kSizeLimit, 12));
    spec.maxPositions = static_cast<int>(config.whole("max_position_embeddings", 1, 1 << 24, 2048));
    if (config.whole("word_embed_proj_dim", 1, kSizeLimit, spec.hiddenSize) != spec.hiddenSize)
        config.refuse("word_embed_proj_dim", "embeddings of another size than hidden_size are not known",
                      "known is word_embed_proj_dim = hidden_size");
    spec.normEpsilon = 1e-5f;
    spec.activation = readActivation(config, "activation_function", "relu");
    spec.tiedHead = config.flag("tie_word_embeddings", true);
    layerNormsAndBiases(spec, config, "num_attention_heads");
    spec.queryKeyValueBias = spec.attentionOutputBias = spec.feedForwardBias = config.flag("enable_bias", true);
    spec.positionOffset = 2;
    spec.names = {.base = "model.",
                  .embedding = "model.decoder.embed_tokens",
                  .positions = "model.decoder.embed_positions",
                  .finalNorm = "model.decoder.final_layer_norm",
                  .blocks = "model.decoder.layers",
                  .attentionNorm = "self_attn_layer_norm",
                  .feedForwardNorm = "final_layer_norm",
                  .attentionOutput = "self_attn.out_proj",
                  .feedForwardInput = {"fc1"},
                  .feedForwardOutput = "fc2"};
    return spec;
}

ArchitectureSpec readGptNeox(const ConfigReader& config) {
    ArchitectureSpec spec;
    spec.vocabularySize = config.whole("vocab_size", 1, 1 << 24);
    spec.hiddenSize = config.whole("hidden_size", 1, kSizeLimit);
    spec.intermediateSize = config.whole("intermediate_size", 1, kSizeLimit);
    spec.blocks = static_cast<int>(config.whole("num_hidden_layers", 1, 10000));
    spec.heads = static_cast<int>(config.whole("num_attention_heads", 1, kSizeLimit));
    spec.maxPositions = static_cast<int>(config.whole("max_position_embeddings", 1, 1 << 24, 2048));
    spec.normEpsilon = static_cast<float>(config.real("layer_norm_eps", 0, 1, 1e-5));
    spec.activation = readActivation(config, "hidden_act", "gelu");
    spec.tiedHead = config.flag("tie_word_embeddings");
    layerNormsAndBiases(spec, config, "num_attention_heads");
    spec.queryKeyValueBias = spec.attentionOutputBias = config.flag("attention_bias", true);
    spec.parallel = config.flag("use_parallel_residual", true);
    spec.headOrder = HeadOrder::Heads;
    const double share = config.real("rotary_pct", 0.01, 1.0, 0.25);
    spec.rotary = {readRotary(config, rotaryShare(config, spec.headSize, share, "rotary_pct"),
                              config.real("rotary_emb_base", 1, 1e12, 10000.0))};
    for (BlockSpec& block : spec.perBlock)
        block.rotary = 0;
    spec.names = {.base = "",
                  .embedding = "gpt_neox.embed_in",
                  .finalNorm = "gpt_neox.final_layer_norm",
                  .head = "embed_out",
                  .blocks = "gpt_neox.layers",
                  .attention = "attention",
                  .queryKeyValue = {"attention.query_key_value"},
                  .attentionOutput = "attention.dense",
                  .feedForwardInput = {"mlp.dense_h_to_4h"},
                  .feedForwardOutput = "mlp.dense_4h_to_h"};
    return spec;
}

} // namespace vernier
