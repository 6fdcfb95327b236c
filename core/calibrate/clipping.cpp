#include "core/calibrate/clipping.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace vernier {

namespace {

double signalPower(const Histogram& histogram) {
    double power = 0;
    for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
        const double centre = histogram.lowerEdge(i) + histogram.binWidth() / 2;
        power += static_cast<double>(histogram.counts()[i]) * centre * centre;
    }
    return power / static_cast<double>(histogram.total());
}

/// Edge below which share of all values lie, on bin edges.
double quantileEdge(const Histogram& histogram, double share, bool upper) {
    const auto& counts = histogram.counts();
    const double wanted = share * static_cast<double>(histogram.total());
    double below = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double through = below + static_cast<double>(counts[i]);
        if (upper ? through >= wanted : through > wanted)
            return histogram.lowerEdge(i) + (upper ? histogram.binWidth() : 0);
        below = through;
    }
    return histogram.lowerEdge(counts.size());
}

/// Moves one end at a time towards zero, in steps of a hundredth of where it began, as long as that lowers the error.
ClippingRange leastError(const Histogram& histogram, const ClippingRange& widest, int bits) {
    constexpr int kSteps = 100, kRounds = 8;
    ClippingRange best = widest;
    for (int round = 0; round < kRounds; ++round) {
        const double before = best.meanSquaredError;
        for (const bool isLow : {true, false})
            for (int step = 0; step < kSteps; ++step) {
                const double factor = 1 - static_cast<double>(step) / kSteps;
                const ClippingRange candidate = judgeRange(histogram, isLow ? factor * widest.low : best.low,
                                                           isLow ? best.high : factor * widest.high, bits);
                if (candidate.meanSquaredError < best.meanSquaredError)
                    best = candidate;
            }
        if (best.meanSquaredError == before)
            break;
    }
    return best;
}

} // namespace

std::string name(ClippingMethod method) {
    constexpr std::array names = {"min/max", "percentile", "MSE"};
    return names[static_cast<std::size_t>(method)];
}

ClippingRange judgeRange(const Histogram& histogram, double low, double high, int bits) {
    ClippingRange range;
    range.low = low;
    range.high = high;
    if (histogram.empty() || !(high > low))
        return range;
    const double step = (high - low) / (std::ldexp(1.0, bits) - 1);
    const double rounding = step * step / 12; // uniform noise inside one step
    double outside = 0, error = 0;
    for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
        const auto count = static_cast<double>(histogram.counts()[i]);
        const double centre = histogram.lowerEdge(i) + histogram.binWidth() / 2;
        const double excess = centre < low ? low - centre : centre > high ? centre - high : 0;
        outside += excess > 0 ? count : 0;
        error += count * (excess > 0 ? excess * excess : rounding);
    }
    const auto total = static_cast<double>(histogram.total());
    range.saturatedShare = outside / total;
    range.meanSquaredError = error / total;
    range.sqnrDb = 10 * std::log10(signalPower(histogram) / range.meanSquaredError);
    return range;
}

ClippingRange findClippingRange(const Histogram& histogram, ClippingMethod method, int bits, double percentile) {
    if (histogram.empty())
        return {method};
    const double low = histogram.lowerEdge(0), high = histogram.lowerEdge(histogram.counts().size());
    ClippingRange best = judgeRange(histogram, low, high, bits);
    if (method == ClippingMethod::Percentile) {
        const double tail = (100 - percentile) / 200;
        best =
            judgeRange(histogram, quantileEdge(histogram, tail, false), quantileEdge(histogram, 1 - tail, true), bits);
    } else if (method == ClippingMethod::MeanSquaredError) {
        best = leastError(histogram, best, bits);
    }
    best.method = method;
    return best;
}

} // namespace vernier
