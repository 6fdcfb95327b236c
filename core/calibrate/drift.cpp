#include "core/calibrate/drift.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vernier {

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Shares of a histogram's values in bins of width 2^exponent, not finer than its own, counted from bin first.
std::vector<double> sharesIn(const Histogram& histogram, int exponent, std::int64_t first, std::size_t bins) {
    std::vector<double> shares(bins, 0.0);
    const auto total = static_cast<double>(histogram.total());
    const int doublings = exponent - histogram.exponent();
    for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
        const std::int64_t bin = (histogram.firstBin() + static_cast<std::int64_t>(i)) >> doublings; // rounds down
        shares[static_cast<std::size_t>(bin - first)] += static_cast<double>(histogram.counts()[i]) / total;
    }
    return shares;
}

/// Share of values outside [low, high], as if they lay evenly in their bins.
double shareOutside(const Histogram& histogram, double low, double high) {
    double outside = 0;
    for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
        const double from = histogram.lowerEdge(i), to = from + histogram.binWidth();
        const double below = std::clamp(low - from, 0.0, to - from), above = std::clamp(to - high, 0.0, to - from);
        outside += static_cast<double>(histogram.counts()[i]) * (below + above) / histogram.binWidth();
    }
    return outside / static_cast<double>(histogram.total());
}

} // namespace

double jensenShannon(const Histogram& a, const Histogram& b) {
    if (a.empty() || b.empty())
        return kUnknown;
    Histogram both = a;
    both.merge(b);
    const std::vector<double> p = sharesIn(a, both.exponent(), both.firstBin(), both.counts().size());
    const std::vector<double> q = sharesIn(b, both.exponent(), both.firstBin(), both.counts().size());
    double divergence = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        const double middle = (p[i] + q[i]) / 2;
        for (const double share : {p[i], q[i]})
            if (share > 0)
                divergence += share / 2 * std::log2(share / middle);
    }
    return std::clamp(divergence, 0.0, 1.0); // rounding may leave it a hair outside
}

TapDrift tapDrift(const TapStatistics& calibrated, const TapStatistics& other) {
    if (calibrated.tokens() == 0 || other.tokens() == 0)
        return {kUnknown, kUnknown, kUnknown};
    TapDrift drift;
    drift.divergence = jensenShannon(calibrated.histogram, other.histogram);
    const double low = double{calibrated.min()}, high = double{calibrated.max()};
    // Bins reach beyond the values in them: where nothing is outside, that is known exactly.
    const bool within = double{other.min()} >= low && double{other.max()} <= high;
    drift.outside = within ? 0 : shareOutside(other.histogram, low, high);
    const double reach = std::max(-low, high);
    drift.rangeGrowth = reach > 0 ? std::max(-double{other.min()}, double{other.max()}) / reach : kUnknown;
    return drift;
}

} // namespace vernier
