#include "core/model/sampler.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace vernier {

namespace {

void require(bool holds, const char* field, const std::string& problem, const char* remedy) {
    if (!holds)
        throw Error(ErrorKind::Input, field, problem, remedy);
}

} // namespace

void SamplerSettings::validate() const {
    require(temperature >= 0 && temperature <= 100, "temperature", fmt::format("is {}", temperature),
            "choose a number in 0 … 100");
    require(topK >= 0, "top_k", fmt::format("is {}", topK), "choose 0 for all tokens, or a positive number");
    require(topP > 0 && topP <= 1, "top_p", fmt::format("is {}", topP), "choose a number above 0 and up to 1");
}

Sampler::Sampler(const SamplerSettings& settings) : m_settings(settings), m_engine(settings.seed) {
    settings.validate();
}

std::int32_t Sampler::pick(std::span<const float> logits) {
    const auto bad = std::ranges::find_if(logits, [](float logit) { return !std::isfinite(logit); });
    if (logits.empty() || bad != logits.end())
        throw Error(ErrorKind::Numeric, fmt::format("logit {}", bad - logits.begin()), "is NaN or infinite",
                    "check the weights; a model stored in F16 may have overflowed");
    if (m_settings.temperature == 0)
        return static_cast<std::int32_t>(std::ranges::max_element(logits) - logits.begin());

    const auto likelier = [&](std::int32_t a, std::int32_t b) {
        const float x = logits[static_cast<std::size_t>(a)], y = logits[static_cast<std::size_t>(b)];
        return x != y ? x > y : a < b;
    };
    m_order.resize(logits.size());
    std::iota(m_order.begin(), m_order.end(), 0);
    std::size_t kept = logits.size();
    if (m_settings.topK > 0)
        kept = std::min(kept, static_cast<std::size_t>(m_settings.topK));
    // Sorted as far as something is cut off at the end; a draw from all needs no order.
    if (kept < logits.size() || m_settings.topP < 1)
        std::partial_sort(m_order.begin(), m_order.begin() + static_cast<std::ptrdiff_t>(kept), m_order.end(),
                          likelier);
    const double top = *std::ranges::max_element(logits);
    m_weights.resize(kept);
    for (std::size_t i = 0; i < kept; ++i)
        m_weights[i] = std::exp((double{logits[static_cast<std::size_t>(m_order[i])]} - top) / m_settings.temperature);
    double sum = std::accumulate(m_weights.begin(), m_weights.end(), 0.0);
    if (m_settings.topP < 1) {
        double reached = 0;
        std::size_t count = 0;
        while (count < kept && reached < m_settings.topP * sum)
            reached += m_weights[count++];
        kept = count;
        sum = reached;
    }
    const double drawn = static_cast<double>(m_engine() >> 11) * 0x1p-53 * sum;
    double passed = 0;
    for (std::size_t i = 0; i + 1 < kept; ++i)
        if (drawn < (passed += m_weights[i]))
            return m_order[i];
    return m_order[kept - 1];
}

} // namespace vernier
