#include "core/calibrate/clipping.h"

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
    const double step = (range.high - range.low) / (std::ldexp(1.0, bits) - 1);
    double sum = 0;
    for (const float value : values) {
        const double clipped = std::clamp<double>(value, range.low, range.high);
        const double quantized = range.low + step * std::round((clipped - range.low) / step);
        sum += (value - quantized) * (value - quantized);
    }
    return sum / static_cast<double>(values.size());
}

TEST(Clipping, MinMaxHoldsEverything) {
    const auto range = findClippingRange(histogramOf(normalWithOutliers()), ClippingMethod::MinMax);
    EXPECT_LE(range.low, -40.0);
    EXPECT_GE(range.high, 60.0);
    EXPECT_EQ(range.saturatedShare, 0.0);
}

TEST(Clipping, PercentileLeavesItsTailsOut) {
    const auto range = findClippingRange(histogramOf(normalWithOutliers()), ClippingMethod::Percentile, 8, 99.0);
    // 0.5 % on each side of a standard normal: ±2.576.
    EXPECT_NEAR(range.low, -2.576, 0.05);
    EXPECT_NEAR(range.high, 2.576, 0.05);
    EXPECT_NEAR(range.saturatedShare, 0.01, 0.001);
}

TEST(Clipping, LeastErrorBeatsTheOthersAndIsWhatQuantizingMeasures) {
    const auto values = normalWithOutliers();
    const Histogram histogram = histogramOf(values);
    for (const int bits : {4, 8}) {
        const auto best = findClippingRange(histogram, ClippingMethod::MeanSquaredError, bits);
        const auto widest = findClippingRange(histogram, ClippingMethod::MinMax, bits);
        EXPECT_LT(best.meanSquaredError, widest.meanSquaredError);
        EXPECT_LT(measuredError(values, best, bits), measuredError(values, widest, bits));
        EXPECT_NEAR(best.meanSquaredError / measuredError(values, best, bits), 1.0, 0.05);
        EXPECT_GT(best.sqnrDb, widest.sqnrDb);
    }
}

TEST(Clipping, LeastErrorMovesEachEndByItself) {
    // All mass is positive but for one value far below: only the lower end should move.
    std::vector<float> values = normalWithOutliers();
    for (float& value : values)
        value = std::fabs(value);
    values[7] = -30.0f;
    const Histogram histogram = histogramOf(values);
    const auto best = findClippingRange(histogram, ClippingMethod::MeanSquaredError, 4);
    EXPECT_GT(best.low, -3.0);
    EXPECT_LE(best.meanSquaredError, findClippingRange(histogram, ClippingMethod::Percentile, 4).meanSquaredError);
}

TEST(Clipping, EmptyHistogramsHaveEmptyRanges) {
    const auto range = findClippingRange(Histogram(), ClippingMethod::Percentile);
    EXPECT_EQ(range.low, range.high);
}

} // namespace
} // namespace vernier
