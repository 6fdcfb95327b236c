#include "core/base/error.h"
#include "core/calibrate/clipping.h"
#include "tests/support/random_matrix.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace vernier {
namespace {

std::vector<float> normalWithOutliers() {
    std::mt19937 engine(11);
    std::normal_distribution<float> normal;
    std::vector<float> values(100000);
    for (float& value : values)
        value = normal(engine);
    values[5] = 60.0f;
    values[6] = -40.0f;
    return values;
}

Histogram histogramOf(const std::vector<float>& values) {
    Histogram histogram;
    histogram.observe({values.data(), std::ssize(values), 1});
    return histogram;
}

/// Mean squared error of really quantizing the values, the independent computation.
double measuredError(const std::vector<float>& values, const ClippingRange& range, int bits) {
    double sum = 0;
    for (const float value : values) {
        const double code =
            std::clamp(std::round(double{value} / range.scale) + range.zeroPoint, 0.0, std::ldexp(1.0, bits) - 1);
        const double error = double{value} - range.scale * (code - range.zeroPoint);
        sum += error * error;
    }
    return sum / static_cast<double>(values.size());
}

TEST(Clipping, MinMaxHoldsEverything) {
    const auto range = findClippingRange(histogramOf(normalWithOutliers()), ClippingMethod::MinMax);
    EXPECT_LE(range.low, -40.0);
    EXPECT_GE(range.high, 60.0);
    EXPECT_EQ(range.saturatedShare, 0.0);
}

TEST(Clipping, LaysTheGridOfTheWeightQuantizer) {
    const ClippingRange even = layGrid(-1.0, 3.0, {.bits = 2});
    EXPECT_DOUBLE_EQ(even.scale, 4.0 / 3);
    EXPECT_EQ(even.zeroPoint, 1); // 0.75 rounded
    const ClippingRange symmetric = layGrid(-1.0, 3.0, {.bits = 4, .symmetric = true});
    EXPECT_DOUBLE_EQ(symmetric.low, -3.0);
    EXPECT_DOUBLE_EQ(symmetric.scale, 6.0 / 15);
    EXPECT_EQ(symmetric.zeroPoint, 8);
    EXPECT_EQ(layGrid(2.0, 3.0, {}).low, 0.0); // zero is always inside
    EXPECT_EQ(layGrid(2.0, 3.0, {}).zeroPoint, 0);
    EXPECT_EQ(layGrid(0.0, 0.0, {}).high, 1.0);
}

TEST(Clipping, JudgesWhatQuantizingMeasures) {
    const auto values = normalWithOutliers();
    const Histogram histogram = histogramOf(values);
    double power = 0;
    for (const float value : values)
        power += double{value} * value / static_cast<double>(values.size());
    // From steps much wider than anything usual, where rounding noise is not uniform, to steps narrower than bins.
    for (const int bits : {2, 3, 4, 8})
        for (const bool symmetric : {false, true})
            for (const double reach : {60.0, 7.3, 2.0, 0.3}) {
                const ClippingRange range = judgeRange(histogram, -0.66 * reach, reach, {bits, symmetric});
                const double measured = measuredError(values, range, bits);
                EXPECT_NEAR(range.meanSquaredError / measured, 1.0, 0.01) << bits << " bits to " << reach;
                EXPECT_NEAR(range.sqnrDb, 10 * std::log10(power / measured), 0.05);
                const auto outside = std::ranges::count_if(
                    values, [&](float value) { return double{value} < range.low || double{value} > range.high; });
                EXPECT_NEAR(range.saturatedShare, static_cast<double>(outside) / 1e5, 0.005);
            }
}

TEST(Clipping, JudgesABinThatIsFarNarrowerThanItsDistanceFromZero) {
    const ClippingRange range = judgeRange(histogramOf({1000.0f, 1000.0f}), 0.0, 1010.0, {.bits = 4});
    const double nearest = range.scale * std::round(1000.0 / range.scale);
    EXPECT_NEAR(range.meanSquaredError, (1000.0 - nearest) * (1000.0 - nearest), 1e-6);
}

TEST(Clipping, PercentileLeavesItsTailsOut) {
    const Histogram histogram = histogramOf(normalWithOutliers());
    const auto range = findClippingRange(histogram, ClippingMethod::Percentile, {.percentile = 99.0});
    // 0.5 % on each side of a standard normal: ±2.576.
    EXPECT_NEAR(range.low, -2.576, 0.05);
    EXPECT_NEAR(range.high, 2.576, 0.05);
    EXPECT_NEAR(range.saturatedShare, 0.01, 0.001);
    // On a symmetric grid 5 % of |x|: 1.96.
    const auto symmetric =
        findClippingRange(histogram, ClippingMethod::Percentile, {.grid = {.symmetric = true}, .percentile = 95.0});
    EXPECT_NEAR(symmetric.high, 1.96, 0.05);
    EXPECT_EQ(symmetric.low, -symmetric.high);
}

TEST(Clipping, LeastErrorBeatsTheOthersAndAFineSearch) {
    const auto values = normalWithOutliers();
    const Histogram histogram = histogramOf(values);
    for (const bool symmetric : {false, true})
        for (const int bits : {2, 4, 8}) {
            const ClippingOptions options{.grid = {bits, symmetric}};
            const auto best = findClippingRange(histogram, ClippingMethod::MeanSquaredError, options);
            for (const auto method : {ClippingMethod::MinMax, ClippingMethod::Percentile, ClippingMethod::Entropy}) {
                const auto other = findClippingRange(histogram, method, options);
                EXPECT_LE(best.meanSquaredError, other.meanSquaredError) << name(method);
                EXPECT_GE(best.sqnrDb, other.sqnrDb);
            }
            // The data is symmetric but for two values, so one number describes a good range.
            const RangeJudge judge(histogram);
            double least = 1e30;
            for (double reach = 0.5; reach < 60; reach *= 1.01)
                least = std::min(least, judge.judge(-reach, reach, options.grid).meanSquaredError);
            EXPECT_LT(measuredError(values, best, bits), 1.02 * least) << bits;
        }
}

TEST(Clipping, LeastErrorMovesEachEndByItself) {
    // All mass is positive but for one value far below: only the lower end should move.
    std::vector<float> values = normalWithOutliers();
    for (float& value : values)
        value = std::fabs(value);
    values[7] = -30.0f;
    const Histogram histogram = histogramOf(values);
    const ClippingOptions options{.grid = {.bits = 4}};
    const auto best = findClippingRange(histogram, ClippingMethod::MeanSquaredError, options);
    EXPECT_GT(best.low, -3.0);
    EXPECT_LE(best.meanSquaredError,
              findClippingRange(histogram, ClippingMethod::Percentile, options).meanSquaredError);
}

TEST(Clipping, EntropyCutsTailsOnTheSideWhereTheyAre) {
    const Histogram histogram = histogramOf(normalWithOutliers());
    const auto range = findClippingRange(histogram, ClippingMethod::Entropy);
    EXPECT_LT(range.high, 10.0);
    EXPECT_NEAR(range.low, -range.high, 1e-9);
    std::vector<float> positive = normalWithOutliers();
    for (float& value : positive)
        value = std::fabs(value);
    const auto oneSided = findClippingRange(histogramOf(positive), ClippingMethod::Entropy);
    EXPECT_EQ(oneSided.low, 0.0);
    EXPECT_EQ(oneSided.zeroPoint, 0);
    EXPECT_LT(oneSided.high, 10.0);
}

TEST(Clipping, OfATapReadsItsWindowsAndItsExactExtremes) {
    const Matrix x = test::randomMatrix(100, 20, 3);
    TapStatistics tap(20);
    tap.observe(x.view(), {.windowLength = 10});
    const auto widest = findClippingRange(tap, ClippingMethod::MinMax);
    EXPECT_EQ(widest.low, double{tap.min()});
    EXPECT_EQ(widest.high, double{tap.max()});
    EXPECT_EQ(widest.saturatedShare, 0.0);
    const auto average = findClippingRange(tap, ClippingMethod::MovingAverage, {.averagingConstant = 0.5});
    EXPECT_EQ(average.method, ClippingMethod::MovingAverage);
    EXPECT_EQ(average.low, tap.windows.movingAverage(0.5).low);
    EXPECT_GT(average.saturatedShare, 0.0);
    EXPECT_THROW(findClippingRange(tap.histogram, ClippingMethod::MovingAverage), Error);
}

TEST(Clipping, RangesPerChannelAreThoseOfEachChannel) {
    Matrix x = test::randomMatrix(4000, 6, 3);
    for (Index t = 0; t < 4000; ++t)
        x(t, 2) = 30 * x(t, 2) + (t == 9 ? 2000.0f : 0.0f);
    TapStatistics tap(6, {.channelHistograms = true});
    tap.observe(x.view());
    for (const auto method : {ClippingMethod::MinMax, ClippingMethod::Percentile, ClippingMethod::MeanSquaredError,
                              ClippingMethod::Entropy}) {
        const ClippingOptions options{.grid = {.bits = 4}, .percentile = 99};
        const auto ranges = findChannelRanges(tap, method, options);
        ASSERT_EQ(ranges.size(), 6u);
        for (Index c = 0; c < 6; ++c) {
            std::vector<float> channel;
            for (Index t = 0; t < 4000; ++t)
                channel.push_back(x(t, c));
            const ClippingRange& range = ranges[static_cast<std::size_t>(c)];
            EXPECT_EQ(range.method, method);
            EXPECT_NEAR(range.meanSquaredError / measuredError(channel, range, 4), 1.0, 0.05) << name(method) << c;
        }
        EXPECT_EQ(ranges[2].high > 1900, method == ClippingMethod::MinMax);
    }
}

TEST(Clipping, PerChannelNeedsHistogramsButForTheExtremes) {
    const Matrix x = test::randomMatrix(100, 4, 3);
    TapStatistics tap(4);
    tap.observe(x.view());
    const auto ranges = findChannelRanges(tap, ClippingMethod::MinMax);
    EXPECT_EQ(ranges[3].high, double{tap.channels.max[3]});
    EXPECT_DOUBLE_EQ(ranges[3].meanSquaredError, ranges[3].scale * ranges[3].scale / 12);
    for (const auto method : {ClippingMethod::Percentile, ClippingMethod::MovingAverage})
        EXPECT_THROW(findChannelRanges(tap, method), Error);
}

TEST(Clipping, RefusesGridsAndSharesThatMakeNoSense) {
    const Histogram histogram = histogramOf({1.0f});
    for (const ClippingOptions& options :
         {ClippingOptions{.grid = {.bits = 1}}, ClippingOptions{.grid = {.bits = 9}}, ClippingOptions{.percentile = 20},
          ClippingOptions{.percentile = std::nan("")}, ClippingOptions{.averagingConstant = 0}})
        EXPECT_THROW(findClippingRange(histogram, ClippingMethod::MinMax, options), Error);
}

TEST(Clipping, EmptyHistogramsHaveEmptyRanges) {
    for (const ClippingMethod method : kClippingMethods) {
        const auto range = findClippingRange(TapStatistics(3), method);
        EXPECT_EQ(range.low, range.high);
        EXPECT_EQ(range.method, method);
    }
}

} // namespace
} // namespace vernier
