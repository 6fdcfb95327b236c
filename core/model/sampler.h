#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace vernier {

/// Says how the next token is drawn from logits. The steps apply in this order, as is usual.
struct SamplerSettings {
    double temperature = 1.0; ///< logits are divided by it; 0 takes the likeliest token always
    int topK = 0;             ///< only the k likeliest tokens; 0: all
    double topP = 1.0; ///< only the likeliest tokens that together reach this probability (Holtzman et al. 2019, arXiv
                       ///< 1904.09751)
    std::uint64_t seed = 0;

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// Draws tokens; the same seed and logits give the same tokens on every machine.
class Sampler {
public:
    explicit Sampler(const SamplerSettings& settings); ///< throws as SamplerSettings::validate()

    /// The next token. Of equal logits the lower id comes first. Throws Error{Numeric} when a logit is NaN or infinite.
    std::int32_t pick(std::span<const float> logits);

private:
    SamplerSettings m_settings;
    std::mt19937_64 m_engine;
    std::vector<std::int32_t> m_order;
    std::vector<double> m_weights;
};

} // namespace vernier
