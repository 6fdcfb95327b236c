#include "core/calibrate/clipping.h"

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/calibrate/entropy_clipping.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::array<std::string_view, 5> kNames = {"min/max", "moving average", "percentile", "MSE", "entropy"};

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

ClippingRange percentileRange(const Histogram& histogram, const RangeJudge& judge, const ClippingOptions& options) {
    const double out = (100 - options.percentile) / 100;
    if (options.grid.symmetric) {
        const double most = Magnitudes(histogram).quantileEdge(1 - out);
        return judge.judge(-most, most, options.grid);
    }
    return judge.judge(quantileEdge(histogram, out / 2, false), quantileEdge(histogram, 1 - out / 2, true),
                       options.grid);
}

/// Factors by which an end is drawn towards zero, from 1 to 2^-10: coarse ones an eighth of an octave apart.
constexpr int kCoarse = 80, kFine = 16, kRounds = 4;

double coarseFactor(int step) {
    return std::exp2(-static_cast<double>(step) / 8);
}

/// Least error over ranges that with(factor) gives: the best of the coarse factors, then between its neighbours.
template <class With>
ClippingRange leastOver(ClippingRange best, With&& with) {
    int bestStep = -1;
    for (int step = 0; step <= kCoarse; ++step)
        if (const ClippingRange range = with(coarseFactor(step)); range.meanSquaredError < best.meanSquaredError) {
            best = range;
            bestStep = step;
        }
    if (bestStep < 0)
        return best;
    const double from = coarseFactor(std::max(0, bestStep - 1)), to = coarseFactor(bestStep + 1);
    for (int step = 1; step < kFine; ++step)
        if (const ClippingRange range = with(from + (to - from) * step / kFine);
            range.meanSquaredError < best.meanSquaredError)
            best = range;
    return best;
}

ClippingRange leastError(const RangeJudge& judge, const ClippingRange& widest, const ActivationGrid& grid) {
    const double furthest = std::max(-widest.low, widest.high);
    ClippingRange best = leastOver(widest, [&](double factor) {
        return judge.judge(std::max(widest.low, -factor * furthest), std::min(widest.high, factor * furthest), grid);
    });
    if (grid.symmetric)
        return best;
    for (int round = 0; round < kRounds; ++round) {
        const double before = best.meanSquaredError;
        if (widest.low < 0)
            best = leastOver(best, [&](double factor) { return judge.judge(factor * widest.low, best.high, grid); });
        if (widest.high > 0)
            best = leastOver(best, [&](double factor) { return judge.judge(best.low, factor * widest.high, grid); });
        if (best.meanSquaredError == before)
            break;
    }
    return best;
}

ClippingRange entropyRange(const Histogram& histogram, const RangeJudge& judge, const ActivationGrid& grid) {
    const double low = histogram.lowerEdge(0), high = histogram.lowerEdge(histogram.counts().size());
    const bool oneSided = !grid.symmetric && (low >= 0 || high <= 0);
    const double threshold = entropyThreshold(Magnitudes(histogram), 1 << (oneSided ? grid.bits : grid.bits - 1));
    return judge.judge(std::max(low, -threshold), std::min(high, threshold), grid);
}

/// Range of a method; start is the range of those that say themselves what it is.
ClippingRange find(const Histogram& histogram, const RangeJudge& judge, const WindowRanges::Range& start,
                   ClippingMethod method, const ClippingOptions& options) {
    options.validate();
    ClippingRange range;
    if (!histogram.empty()) {
        range = judge.judge(start.low, start.high, options.grid);
        if (method == ClippingMethod::Percentile)
            range = percentileRange(histogram, judge, options);
        else if (method == ClippingMethod::MeanSquaredError)
            range = leastError(judge, range, options.grid);
        else if (method == ClippingMethod::Entropy)
            range = entropyRange(histogram, judge, options.grid);
    }
    range.method = method;
    return range;
}

} // namespace

void ClippingOptions::validate() const {
    grid.validate();
    if (!(percentile >= 50 && percentile <= 100))
        throw Error(ErrorKind::Input, "percentile", fmt::format("{} is not from 50 to 100", percentile));
    if (!(averagingConstant > 0 && averagingConstant <= 1))
        throw Error(ErrorKind::Input, "averaging_constant",
                    fmt::format("{} is not above 0 and up to 1", averagingConstant));
}

std::string name(ClippingMethod method) {
    return std::string(kNames[static_cast<std::size_t>(method)]);
}

ClippingMethod clippingMethodFromName(std::string_view name) {
    return valueOfName<ClippingMethod>(kNames, name, "clipping method");
}

ClippingRange findClippingRange(const Histogram& histogram, ClippingMethod method, const ClippingOptions& options) {
    if (method == ClippingMethod::MovingAverage)
        throw Error(ErrorKind::Internal, "clipping range", "a histogram does not know the windows");
    const bool empty = histogram.empty();
    return find(histogram, RangeJudge(histogram),
                {empty ? 0 : histogram.lowerEdge(0), empty ? 0 : histogram.lowerEdge(histogram.counts().size())},
                method, options);
}

ClippingRange findClippingRange(const TapStatistics& tap, ClippingMethod method, const ClippingOptions& options) {
    const WindowRanges::Range exact{double{tap.min()}, double{tap.max()}};
    return find(tap.histogram, RangeJudge(tap.histogram, exact.low, exact.high),
                method == ClippingMethod::MovingAverage ? tap.windows.movingAverage(options.averagingConstant) : exact,
                method, options);
}

std::vector<ClippingRange> findChannelRanges(const TapStatistics& tap, ClippingMethod method,
                                             const ClippingOptions& options) {
    options.validate();
    if (method == ClippingMethod::MovingAverage)
        throw Error(ErrorKind::Input, "clipping range", "a moving average is known for whole taps only",
                    "choose another method for ranges per channel");
    const bool judged = !tap.channelHistograms.empty();
    if (!judged && method != ClippingMethod::MinMax)
        throw Error(ErrorKind::Input, "clipping range",
                    fmt::format("{} per channel needs a histogram of every channel", name(method)),
                    "calibrate with histograms per channel");
    const ChannelStatistics& channels = tap.channels;
    std::vector<ClippingRange> ranges(channels.min.size());
    parallelFor(channels.channels(), [&](Index c) {
        const auto i = static_cast<std::size_t>(c);
        ClippingRange& range = ranges[i];
        if (tap.tokens() == 0)
            range.method = method;
        else if (judged)
            range = find(tap.channelHistograms[i],
                         RangeJudge(tap.channelHistograms[i], double{channels.min[i]}, double{channels.max[i]}),
                         {double{channels.min[i]}, double{channels.max[i]}}, method, options);
        else {
            range = layGrid(double{channels.min[i]}, double{channels.max[i]}, options.grid);
            range.meanSquaredError = range.scale * range.scale / 12;
            range.sqnrDb = 10 * std::log10(channels.rms(c) * channels.rms(c) / range.meanSquaredError);
        }
    });
    return ranges;
}

} // namespace vernier
