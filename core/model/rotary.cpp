#include "core/model/rotary.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace vernier {

namespace {

constexpr double kTurn = 2.0 * std::numbers::pi;

double stretchLlama3(const RotarySpec& spec, double frequency) {
    const double turns = static_cast<double>(spec.originalPositions) * frequency / kTurn; // over the first training
    if (turns < spec.lowFrequencyFactor)
        return frequency / spec.factor;
    if (turns > spec.highFrequencyFactor)
        return frequency;
    const double kept = (turns - spec.lowFrequencyFactor) / (spec.highFrequencyFactor - spec.lowFrequencyFactor);
    return (1 - kept) * frequency / spec.factor + kept * frequency;
}

/// The component that makes so many rotations over the first training.
double componentOf(const RotarySpec& spec, double rotations) {
    return static_cast<double>(spec.size) *
           std::log(static_cast<double>(spec.originalPositions) / (rotations * kTurn)) / (2 * std::log(spec.theta));
}

double stretchYarn(const RotarySpec& spec, double frequency, Index component) {
    double low = componentOf(spec, spec.betaFast), high = componentOf(spec, spec.betaSlow);
    if (spec.truncate)
        low = std::floor(low), high = std::ceil(high);
    low = std::max(low, 0.0), high = std::min(high, static_cast<double>(spec.size - 1));
    if (low == high)
        high += 0.001; // as the published code avoids dividing by zero
    const double stretched = std::clamp((static_cast<double>(component) - low) / (high - low), 0.0, 1.0);
    return frequency / spec.factor * stretched + frequency * (1 - stretched);
}

std::vector<double> frequencies(const RotarySpec& spec, Index length) {
    const auto size = static_cast<double>(spec.size);
    double theta = spec.theta;
    if (spec.scaling == RopeScaling::Dynamic && spec.dependsOnLength(length))
        theta *= std::pow(spec.factor * static_cast<double>(length) / static_cast<double>(spec.originalPositions) -
                              (spec.factor - 1),
                          size / (size - 2));
    const std::vector<double>& factors = spec.dependsOnLength(length) ? spec.longFactors : spec.shortFactors;
    std::vector<double> all(static_cast<std::size_t>(spec.size / 2));
    for (Index i = 0; i < spec.size / 2; ++i) {
        double& frequency = all[static_cast<std::size_t>(i)];
        frequency = std::pow(theta, -2.0 * static_cast<double>(i) / size);
        if (spec.scaling == RopeScaling::Linear)
            frequency /= spec.factor;
        else if (spec.scaling == RopeScaling::Llama3)
            frequency = stretchLlama3(spec, frequency);
        else if (spec.scaling == RopeScaling::Yarn)
            frequency = stretchYarn(spec, frequency, i);
        else if (spec.scaling == RopeScaling::LongRope)
            frequency /= factors[static_cast<std::size_t>(i)];
    }
    return all;
}

} // namespace

RotaryTable::RotaryTable(const RotarySpec& spec, Index positions)
    : cosine(positions, spec.size / 2), sine(positions, spec.size / 2) {
    const std::vector<double> all = frequencies(spec, positions);
    for (Index position = 0; position < positions; ++position)
        for (Index i = 0; i < cosine.cols(); ++i) {
            const double angle = static_cast<double>(position) * all[static_cast<std::size_t>(i)];
            cosine(position, i) = static_cast<float>(std::cos(angle) * spec.attentionFactor);
            sine(position, i) = static_cast<float>(std::sin(angle) * spec.attentionFactor);
        }
}

} // namespace vernier
