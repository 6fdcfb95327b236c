#include "core/model/families/common.h"

#include <cmath>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr double kLargestFactor = 1e6;

/// What YaRN scales cosines and sines by when the file does not say: 0.1 · weight · ln(factor) + 1.
double yarnAttention(double factor, double weight) {
    return factor <= 1 ? 1.0 : 0.1 * weight * std::log(factor) + 1.0;
}

void readYarn(const ConfigReader& scaling, RotarySpec& spec) {
    spec.betaFast = scaling.real("beta_fast", 1e-3, 1e6, 32.0);
    spec.betaSlow = scaling.real("beta_slow", 1e-3, 1e6, 1.0);
    if (spec.betaSlow > spec.betaFast)
        scaling.fail("beta_slow", "is more than beta_fast");
    spec.truncate = scaling.flag("truncate", true);
    const double weight = scaling.real("mscale", 0, 1e3, 0.0), all = scaling.real("mscale_all_dim", 0, 1e3, 0.0);
    const double usual = weight != 0 && all != 0 ? yarnAttention(spec.factor, weight) / yarnAttention(spec.factor, all)
                                                 : yarnAttention(spec.factor, 1.0);
    spec.attentionFactor = scaling.real("attention_factor", 1e-3, 1e3, usual);
}

/// A positive number for every pair of components that turns.
std::vector<double> readFactors(const ConfigReader& scaling, const char* key, Index size) {
    const auto* list = scaling.find(key);
    if (!list || !list->is_array() || static_cast<Index>(list->size()) != size / 2)
        scaling.fail(key, fmt::format("is not a list of {} numbers", size / 2));
    std::vector<double> factors;
    for (const auto& entry : *list) {
        const double factor = entry.is_number() ? entry.get<double>() : 0;
        if (!(factor >= 1e-3 && factor <= kLargestFactor))
            scaling.fail(key, fmt::format("holds {}, which is not between 0.001 and {}", entry.dump(), kLargestFactor));
        factors.push_back(factor);
    }
    return factors;
}

/// The length of the first training stands beside rope_scaling in Phi-3's files, and then says the factor.
void readLongRope(const ConfigReader& config, const ConfigReader& scaling, Index positions, RotarySpec& spec) {
    constexpr const char* kOriginal = "original_max_position_embeddings";
    const bool isBeside = config.find(kOriginal) != nullptr;
    spec.originalPositions = (isBeside ? config : scaling).whole(kOriginal, 2, 1 << 24, positions);
    const double usual = static_cast<double>(positions) / static_cast<double>(spec.originalPositions);
    spec.factor = isBeside ? usual : scaling.real("factor", 1e-3, kLargestFactor, usual);
    spec.attentionFactor = scaling.real(
        "attention_factor", 1e-3, 1e3,
        spec.factor <= 1
            ? 1.0
            : std::sqrt(1 + std::log(spec.factor) / std::log(static_cast<double>(spec.originalPositions))));
    spec.shortFactors = readFactors(scaling, "short_factor", spec.size);
    spec.longFactors = readFactors(scaling, "long_factor", spec.size);
}

void readScaling(const ConfigReader& config, const ConfigReader& scaling, RotarySpec& spec) {
    const std::string type = scaling.text("rope_type", scaling.text("type", "default"));
    const Index positions = config.whole("max_position_embeddings", 1, 1 << 24, 2048);
    if (type == "default")
        return;
    if (type == "linear")
        spec.scaling = RopeScaling::Linear;
    else if (type == "dynamic")
        spec.scaling = RopeScaling::Dynamic;
    else if (type == "llama3")
        spec.scaling = RopeScaling::Llama3;
    else if (type == "yarn")
        spec.scaling = RopeScaling::Yarn;
    else if (type == "longrope" || type == "su") // the name it had at first
        spec.scaling = RopeScaling::LongRope;
    else
        scaling.refuse(scaling.find("rope_type") ? "rope_type" : "type",
                       fmt::format("rotary scaling {} is not known", type),
                       "known are default, linear, dynamic, llama3, yarn, longrope");
    if (spec.scaling == RopeScaling::LongRope)
        return readLongRope(config, scaling, positions, spec);
    spec.factor = scaling.real("factor", 1.0, kLargestFactor);
    spec.originalPositions = scaling.whole("original_max_position_embeddings", 1, 1 << 24, positions);
    if (spec.scaling == RopeScaling::Dynamic)
        spec.originalPositions = positions;
    if (spec.scaling == RopeScaling::Llama3) {
        spec.lowFrequencyFactor = scaling.real("low_freq_factor", 1e-3, kLargestFactor);
        spec.highFrequencyFactor = scaling.real("high_freq_factor", 1e-3, kLargestFactor);
        if (spec.highFrequencyFactor <= spec.lowFrequencyFactor)
            scaling.fail("high_freq_factor", "is not more than low_freq_factor");
    }
    if (spec.scaling == RopeScaling::Yarn)
        readYarn(scaling, spec);
}

} // namespace

RotarySpec readRotary(const ConfigReader& config, Index size, double defaultTheta, const char* blockType) {
    RotarySpec spec;
    spec.size = size;
    spec.theta = config.real("rope_theta", 1.0, 1e12, defaultTheta);
    for (const char* key : {"rope_scaling", "rope_parameters"})
        if (const auto* object = config.find(key)) {
            const ConfigReader whole(config, key, *object);
            const auto* ofType = whole.find(blockType);
            const ConfigReader scaling = ofType ? ConfigReader(whole, blockType, *ofType) : whole;
            spec.theta = scaling.real("rope_theta", 1.0, 1e12, spec.theta);
            readScaling(config, scaling, spec);
        }
    if (spec.scaling == RopeScaling::Yarn && spec.theta <= 1)
        config.fail("rope_theta", "is not more than 1, which yarn needs");
    if (spec.scaling == RopeScaling::Dynamic && size <= 2)
        config.refuse("rope_scaling", "dynamic scaling of heads of 2 is not known", "known are larger heads");
    return spec;
}

} // namespace vernier
