#include "core/export/gguf/gguf_metadata.h"

#include "core/base/error.h"

#include <cmath>
#include <numbers>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

[[noreturn]] void refuse(const ArchitectureSpec& spec, const std::string& problem) {
    throw Error(ErrorKind::Unsupported, spec.modelType + " as gguf", problem, "export in another format");
}

} // namespace

const GgufFamily& requireGgufFamily(const ArchitectureSpec& spec) {
    const GgufFamily* family = ggufFamily(spec.modelType);
    if (!family)
        refuse(spec, fmt::format("the families written are {}", fmt::join(ggufFamilies(), ", ")));
    if (spec.activation != Activation::Silu || spec.norm != NormKind::Rms)
        refuse(spec, "its graph has SiLU and RMS norms only");
    if (spec.rotary.size() != 1 || spec.rotary.front().size != spec.headSize)
        refuse(spec, "rotary positions must be the same in every block and turn whole heads");
    if (spec.rotary.front().scaling == RopeScaling::Dynamic)
        refuse(spec, "rotary positions that stretch with the text have no counterpart");
    const RotarySpec& rotary = spec.rotary.front();
    if (rotary.scaling == RopeScaling::LongRope &&
        (rotary.shortFactors != rotary.longFactors || rotary.attentionFactor != 1.0))
        refuse(spec, "rotary frequencies that differ between short and long texts have no counterpart");
    if (rotary.scaling == RopeScaling::Yarn && !rotary.truncate)
        refuse(spec, "its YaRN begins and ends the ramp at whole components");
    return *family;
}

GgufMetadata ggufArchitecture(const ArchitectureSpec& spec, const GgufFamily& family) {
    const std::string prefix = std::string(family.architecture) + ".";
    const RotarySpec& rotary = spec.rotary.front();
    GgufMetadata metadata;
    const auto whole = [&](const char* key, Index value) {
        metadata.emplace_back(prefix + key, static_cast<std::uint32_t>(value));
    };
    const auto real = [&](const char* key, double value) {
        metadata.emplace_back(prefix + key, static_cast<float>(value));
    };
    whole("vocab_size", spec.vocabularySize);
    whole("context_length", spec.maxPositions);
    whole("embedding_length", spec.hiddenSize);
    whole("block_count", spec.blocks);
    whole("feed_forward_length", spec.intermediateSize);
    whole("attention.head_count", spec.heads);
    whole("attention.head_count_kv", spec.keyValueHeads);
    whole("attention.key_length", spec.headSize);
    whole("attention.value_length", spec.headSize);
    real("attention.layer_norm_rms_epsilon", double{spec.normEpsilon});
    whole("rope.dimension_count", rotary.size);
    real("rope.freq_base", rotary.theta);
    if (spec.perBlock.front().slidingWindow > 0)
        whole("attention.sliding_window", spec.perBlock.front().slidingWindow);
    if (rotary.scaling == RopeScaling::Linear || rotary.scaling == RopeScaling::Yarn) {
        metadata.emplace_back(prefix + "rope.scaling.type",
                              std::string(rotary.scaling == RopeScaling::Linear ? "linear" : "yarn"));
        real("rope.scaling.factor", rotary.factor);
        if (rotary.scaling == RopeScaling::Yarn) {
            whole("rope.scaling.original_context_length", rotary.originalPositions);
            real("rope.scaling.yarn_beta_fast", rotary.betaFast);
            real("rope.scaling.yarn_beta_slow", rotary.betaSlow);
            real("rope.scaling.attn_factor", rotary.attentionFactor / ggufYarnAttention(rotary.factor));
        }
    }
    return metadata;
}

double ggufYarnAttention(double factor) {
    return factor <= 1 ? 1.0 : 1.0 + 0.1 * std::log(factor);
}

std::vector<float> ggufRotaryFactors(const ArchitectureSpec& spec) {
    const RotarySpec& rotary = spec.rotary.front();
    std::vector<float> factors;
    if (rotary.scaling == RopeScaling::LongRope)
        for (const double factor : rotary.shortFactors)
            factors.push_back(static_cast<float>(factor));
    if (rotary.scaling != RopeScaling::Llama3)
        return factors;
    const double low = static_cast<double>(rotary.originalPositions) / rotary.lowFrequencyFactor;
    const double high = static_cast<double>(rotary.originalPositions) / rotary.highFrequencyFactor;
    for (Index i = 0; i < rotary.size / 2; ++i) {
        const double exponent = 2.0 * static_cast<double>(i) / static_cast<double>(rotary.size);
        const double length = 2 * std::numbers::pi * std::pow(rotary.theta, exponent);
        double factor = length > low ? rotary.factor : 1.0;
        if (length >= high && length <= low) {
            const double smooth = (static_cast<double>(rotary.originalPositions) / length - rotary.lowFrequencyFactor) /
                                  (rotary.highFrequencyFactor - rotary.lowFrequencyFactor);
            factor = 1 / ((1 - smooth) / rotary.factor + smooth);
        }
        factors.push_back(static_cast<float>(factor));
    }
    return factors;
}

} // namespace vernier
