#include "core/calibrate/range_judge.h"

#include "core/base/error.h"
#include "core/tensor/multiversion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace vernier {

namespace {

// Bins whose edges are rounded side by side.
constexpr Index kBatch = 128;

/// Codes around zero, and where the bins lie, in steps of the grid.
struct Steps {
    double lowest, highest; ///< whole numbers
    double firstEdge, binWidth;
};

/// Mean squared rounding error, in squared steps, over bins with these shares of all values. Inside a bin that rounds
/// to one code, the mean of the squared distance r is (a² + ab + b²) / 3 from the distances a, b of its edges; beyond
/// the outermost codes that holds at any distance. A bin that reaches over several codes passes whole steps, each with
/// 1 / 12, between its two ends.
VERNIER_MULTIVERSION double squaredRounding(const double* shares, Index bins, const Steps& steps) {
    constexpr Index kLanes = 8;
    static_assert(kBatch % kLanes == 0);
    std::array<double, kBatch + 1> code, distance;
    std::array<double, kLanes> sums{};
    for (Index first = 0; first < bins; first += kBatch) {
        for (Index i = 0; i <= kBatch; ++i) {
            const auto at = static_cast<std::size_t>(i);
            const double edge = steps.firstEdge + static_cast<double>(first + i) * steps.binWidth;
            const double nearest = std::rint(edge);
            code[at] = nearest < steps.lowest ? steps.lowest : nearest > steps.highest ? steps.highest : nearest;
            distance[at] = edge - code[at];
        }
        const Index n = std::min(kBatch, bins - first);
        const auto add = [&](Index i, Index lane) {
            const auto at = static_cast<std::size_t>(i);
            const double a = distance[at], b = distance[at + 1], passed = code[at + 1] - code[at];
            const double within = (a * a + a * b + b * b) / 3;
            const double across = (passed / 12 + (b * b * b - a * a * a) / 3) / steps.binWidth;
            sums[static_cast<std::size_t>(lane)] += shares[first + i] * (passed > 0 ? across : within);
        };
        Index i = 0;
        for (; i + kLanes <= n; i += kLanes)
            for (Index lane = 0; lane < kLanes; ++lane)
                add(i + lane, lane);
        for (; i < n; ++i)
            add(i, 0);
    }
    double sum = 0;
    for (const double part : sums)
        sum += part;
    return sum;
}

/// Share of values below an edge that lies so many bins behind the first.
double shareBelow(const std::vector<double>& shares, double edge) {
    const auto whole = static_cast<std::size_t>(std::clamp(std::floor(edge), 0.0, static_cast<double>(shares.size())));
    double below = 0;
    for (std::size_t i = 0; i < whole; ++i)
        below += shares[i];
    if (whole < shares.size() && edge > 0)
        below += shares[whole] * (edge - static_cast<double>(whole));
    return below;
}

} // namespace

void ActivationGrid::validate() const {
    if (bits < 2 || bits > 8)
        throw Error(ErrorKind::Input, "bits", fmt::format("{} is not from 2 to 8", bits));
}

ClippingRange layGrid(double low, double high, const ActivationGrid& grid) {
    ClippingRange range;
    range.low = std::min(low, 0.0);
    range.high = std::max(high, 0.0);
    if (grid.symmetric) {
        range.high = std::max(-range.low, range.high);
        range.low = -range.high;
    }
    if (range.low == 0.0 && range.high == 0.0) {
        range.low = -1.0;
        range.high = 1.0;
    }
    const int codes = 1 << grid.bits;
    range.scale = (range.high - range.low) / (codes - 1);
    range.zeroPoint = grid.symmetric ? codes / 2 : static_cast<int>(std::rint(-range.low / range.scale));
    return range;
}

RangeJudge::RangeJudge(const Histogram& histogram)
    : RangeJudge(histogram, histogram.empty() ? 0 : histogram.lowerEdge(0),
                 histogram.empty() ? 0 : histogram.lowerEdge(histogram.counts().size())) {}

RangeJudge::RangeJudge(const Histogram& histogram, double smallest, double largest)
    : m_binWidth(histogram.binWidth()), m_smallest(smallest), m_largest(largest) {
    if (histogram.empty())
        return;
    m_firstEdge = histogram.lowerEdge(0);
    const auto total = static_cast<double>(histogram.total());
    for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
        m_shares.push_back(static_cast<double>(histogram.counts()[i]) / total);
        const double centre = histogram.lowerEdge(i) + m_binWidth / 2;
        m_signalPower += m_shares.back() * (centre * centre + m_binWidth * m_binWidth / 12);
    }
}

ClippingRange RangeJudge::judge(double low, double high, const ActivationGrid& grid) const {
    ClippingRange range = layGrid(low, high, grid);
    if (m_shares.empty())
        return range;
    const Steps steps{static_cast<double>(-range.zeroPoint),
                      static_cast<double>((1 << grid.bits) - 1 - range.zeroPoint), m_firstEdge / range.scale,
                      m_binWidth / range.scale};
    range.meanSquaredError = range.scale * range.scale * squaredRounding(m_shares.data(), std::ssize(m_shares), steps);
    if (range.low > m_smallest)
        range.saturatedShare += shareBelow(m_shares, (range.low - m_firstEdge) / m_binWidth);
    if (range.high < m_largest)
        range.saturatedShare += std::max(0.0, shareBelow(m_shares, static_cast<double>(m_shares.size())) -
                                                  shareBelow(m_shares, (range.high - m_firstEdge) / m_binWidth));
    range.sqnrDb = range.meanSquaredError > 0 ? 10 * std::log10(m_signalPower / range.meanSquaredError)
                                              : std::numeric_limits<double>::infinity();
    return range;
}

ClippingRange judgeRange(const Histogram& histogram, double low, double high, const ActivationGrid& grid) {
    return RangeJudge(histogram).judge(low, high, grid);
}

} // namespace vernier
