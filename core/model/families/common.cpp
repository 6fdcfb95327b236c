#include "core/model/families/common.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace vernier {

ArchitectureSpec readCommon(const ConfigReader& config, const FamilyDefaults& defaults) {
    ArchitectureSpec spec;
    spec.vocabularySize = config.whole("vocab_size", 1, 1 << 24);
    spec.hiddenSize = config.whole("hidden_size", 1, kSizeLimit);
    spec.intermediateSize = config.whole("intermediate_size", 1, kSizeLimit);
    spec.blocks = static_cast<int>(config.whole("num_hidden_layers", 1, 10000));
    spec.heads = static_cast<int>(config.whole("num_attention_heads", 1, kSizeLimit));
    spec.keyValueHeads = static_cast<int>(config.whole("num_key_value_heads", 1, kSizeLimit,
                                                       defaults.keyValueHeads ? defaults.keyValueHeads : spec.heads));
    if (spec.heads % spec.keyValueHeads != 0)
        config.fail("num_key_value_heads", "does not divide num_attention_heads");
    if (!config.find("head_dim") && defaults.headSize == 0 && spec.hiddenSize % spec.heads != 0)
        config.fail("num_attention_heads", "does not divide hidden_size");
    spec.headSize =
        config.whole("head_dim", 2, 4096, defaults.headSize ? defaults.headSize : spec.hiddenSize / spec.heads);
    if (spec.headSize % 2 != 0)
        config.fail("head_dim", "is odd, which rotary positions cannot be");
    spec.maxPositions = static_cast<int>(config.whole("max_position_embeddings", 1, 1 << 24, defaults.maxPositions));
    spec.normEpsilon = static_cast<float>(config.real("rms_norm_eps", 0, 1, defaults.normEpsilon));
    spec.tiedHead = config.flag("tie_word_embeddings", defaults.tiedHead);
    spec.activation = readActivation(config, defaults.activationKey, defaults.activation);
    spec.attentionScale = 1.0 / std::sqrt(static_cast<double>(spec.headSize));
    const char* partial = "partial_rotary_factor";
    const Index turned = defaults.partialRotary
                             ? rotaryShare(config, spec.headSize, config.real(partial, 0.01, 1.0, 1.0), partial)
                             : spec.headSize;
    spec.rotary = {readRotary(config, turned, defaults.theta)};
    // Texts may be as long as the stretched positions allow.
    const RotarySpec& rotary = spec.rotary.front();
    if (rotary.scaling == RopeScaling::Dynamic || rotary.scaling == RopeScaling::Yarn)
        spec.maxPositions = std::max(
            spec.maxPositions, static_cast<int>(std::min(rotary.factor * static_cast<double>(rotary.originalPositions),
                                                         static_cast<double>(1 << 24))));
    spec.perBlock.assign(static_cast<std::size_t>(spec.blocks), {.slidingWindow = 0, .rotary = 0, .sparse = false});
    return spec;
}

Activation readActivation(const ConfigReader& config, const char* key, const char* fallback) {
    static constexpr std::array<std::pair<const char*, Activation>, 8> kKnown{
        {{"silu", Activation::Silu},
         {"swish", Activation::Silu},
         {"gelu", Activation::Gelu},
         {"gelu_new", Activation::GeluTanh},
         {"gelu_fast", Activation::GeluTanh},
         {"gelu_pytorch_tanh", Activation::GeluTanh},
         {"quick_gelu", Activation::QuickGelu},
         {"relu", Activation::Relu}}};
    const std::string name = config.text(key, fallback);
    std::string known;
    for (const auto& [text, activation] : kKnown) {
        if (name == text)
            return activation;
        known += fmt::format("{}{}", known.empty() ? "" : ", ", text);
    }
    config.refuse(key, fmt::format("activation {} is not known", name), fmt::format("known are {}", known));
}

Index rotaryShare(const ConfigReader& config, Index headSize, double share, const char* key) {
    const auto size = static_cast<Index>(static_cast<double>(headSize) * share);
    if (size < 2 || size % 2 != 0)
        config.fail(key, fmt::format("turns {} of {} components, which are not pairs", size, headSize));
    return size;
}

void slideEverywhere(ArchitectureSpec& spec, Index window) {
    for (BlockSpec& block : spec.perBlock)
        block.slidingWindow = window;
}

void slideByLayerTypes(ArchitectureSpec& spec, const ConfigReader& config, Index window, bool (*slides)(int, Index),
                       Index pattern) {
    const auto* types = config.find("layer_types");
    if (types && (!types->is_array() || std::ssize(*types) != spec.blocks))
        config.fail("layer_types", fmt::format("does not name the type of each of the {} blocks", spec.blocks));
    for (int block = 0; block < spec.blocks; ++block) {
        bool sliding = false;
        if (types) {
            const auto& entry = (*types)[static_cast<std::size_t>(block)];
            const std::string type = entry.is_string() ? entry.get<std::string>() : entry.dump();
            sliding = type == "sliding_attention";
            if (!sliding && type != "full_attention")
                config.refuse("layer_types", fmt::format("type {} is not known", type),
                              "known are full_attention, sliding_attention");
        } else {
            sliding = slides(block, pattern);
        }
        spec.perBlock[static_cast<std::size_t>(block)].slidingWindow = sliding ? window : 0;
    }
}

} // namespace vernier
