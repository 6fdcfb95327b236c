#include "core/quantize/activation_rounding.h"

#include "core/base/error.h"
#include "core/model/rows.h"
#include "core/tensor/multiversion.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/format.h>

namespace vernier {

namespace {

/// A grid around zero in units of its step: what values become is step · clamp(rint(x / step), lowest, highest).
struct SignedGrid {
    float step, lowest, highest;
};

SignedGrid signedGrid(const ClippingRange& grid, int bits) {
    const int highest = (1 << bits) - 1;
    return {static_cast<float>(grid.scale), static_cast<float>(-grid.zeroPoint),
            static_cast<float>(highest - grid.zeroPoint)};
}

SignedGrid gridOfRow(float low, float high, int bits, bool symmetric) {
    if (!symmetric)
        return signedGrid(layGrid(std::min(low, 0.0f), std::max(high, 0.0f), {bits, false}), bits);
    const auto highest = static_cast<float>((1 << (bits - 1)) - 1);
    const float largest = std::max(std::abs(low), std::abs(high));
    return {largest > 0 ? largest / highest : 1.0f, -highest - 1, highest};
}

VERNIER_MULTIVERSION void roundRow(float* x, Index n, SignedGrid grid) {
    for (Index i = 0; i < n; ++i) {
        const float nearest = std::nearbyint(x[i] / grid.step);
        const float code = nearest < grid.lowest ? grid.lowest : nearest > grid.highest ? grid.highest : nearest;
        x[i] = grid.step * code;
    }
}

VERNIER_MULTIVERSION void divideRow(float* x, const float* divisors, Index n) {
    for (Index i = 0; i < n; ++i)
        x[i] /= divisors[i];
}

VERNIER_MULTIVERSION void multiplyRow(float* x, const float* factors, Index n) {
    for (Index i = 0; i < n; ++i)
        x[i] *= factors[i];
}

/// Rounds every row on the grid that gridOf(row's values) gives.
template <class GridOf>
void roundRows(MatrixView<float> values, std::span<const float> divisors, const GridOf& gridOf) {
    if (!divisors.empty() && std::ssize(divisors) != values.cols)
        throw Error(ErrorKind::Internal, "activation rounding", "other divisors than channels");
    forEachRow(values.rows, [&](Index row) {
        float* x = values.row(row);
        if (!divisors.empty())
            divideRow(x, divisors.data(), values.cols);
        roundRow(x, values.cols, gridOf(x));
        if (!divisors.empty())
            multiplyRow(x, divisors.data(), values.cols);
    });
}

/// The outermost values of a tap's channels, each divided by its scale.
std::pair<double, double> scaledRange(const ChannelStatistics& channels, std::span<const float> scales) {
    double low = 0, high = 0;
    for (std::size_t c = 0; c < scales.size(); ++c) {
        low = std::min(low, double{channels.min[c]} / double{scales[c]});
        high = std::max(high, double{channels.max[c]} / double{scales[c]});
    }
    return {low, high};
}

} // namespace

void roundTokens(MatrixView<float> values, int bits, bool symmetric, std::span<const float> divisors) {
    roundRows(values, divisors, [&](const float* x) {
        const auto [low, high] = std::minmax_element(x, x + values.cols);
        return gridOfRow(*low, *high, bits, symmetric);
    });
}

void roundOnGrid(MatrixView<float> values, const ClippingRange& grid, int bits, std::span<const float> divisors) {
    roundRows(values, divisors, [grid = signedGrid(grid, bits)](const float*) { return grid; });
}

ClippingRange staticRange(const std::string& tapName, const TapStatistics& tap, const ActivationScheme& scheme,
                          std::span<const float> scales) {
    const ActivationGrid grid{scheme.bits, scheme.symmetric};
    const ChosenRange* chosen = findChosenRange(scheme.chosen, tapName);
    if (chosen && scales.empty())
        return layGrid(chosen->low, chosen->high, grid);
    if (tap.tokens() == 0)
        return layGrid(-1, 1, grid);
    if (scales.empty())
        return findClippingRange(tap, scheme.ranges, {grid, scheme.percentile});
    if (chosen || scheme.ranges != ClippingMethod::MinMax)
        throw Error(ErrorKind::Input, tapName,
                    fmt::format("{} is of the input as it is, which the method divides by scales of its channels",
                                chosen ? "the range chosen for it" : "a range by " + name(scheme.ranges)),
                    "use min/max, activation grids per token, or a method without input scales");
    const auto [low, high] = scaledRange(tap.channels, scales);
    return layGrid(low, high, grid);
}

BlockRounding roundingOf(BlockActivations activations) {
    const auto held = std::make_shared<const BlockActivations>(std::move(activations));
    BlockRounding rounding;
    if (held->scheme.rounds())
        rounding.input = [held](std::size_t group, MatrixView<float> values) {
            const ActivationScheme& scheme = held->scheme;
            const InputRounding& input = held->inputs.at(group);
            if (input.exact)
                return;
            if (scheme.isStatic())
                roundOnGrid(values, input.range, scheme.bits, input.divisors);
            else
                roundTokens(values, scheme.bits, scheme.symmetric, input.divisors);
        };
    if (held->scheme.roundsCache())
        rounding.cached = [bits = held->scheme.keyValueBits](MatrixView<float> head) {
            roundTokens(head, bits, false);
        };
    return rounding;
}

} // namespace vernier
