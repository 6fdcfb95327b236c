#include "core/calibrate/drift.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace vernier {
namespace {

std::vector<float> draw(std::size_t n, float mean, float deviation, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(mean, deviation);
    std::vector<float> values(n);
    for (float& value : values)
        value = normal(random);
    return values;
}

Histogram histogramOf(const std::vector<float>& values, int maxBins = Histogram::kMaxBins) {
    Histogram histogram(maxBins);
    histogram.observe({values.data(), 1, std::ssize(values)});
    return histogram;
}

/// From the values themselves, as entropies: H(m) − (H(p) + H(q)) / 2, in bins of a width.
double divergenceOfValues(const std::vector<float>& a, const std::vector<float>& b, double width) {
    std::map<double, std::pair<double, double>> shares;
    for (const float value : a)
        shares[std::floor(double{value} / width)].first += 1.0 / static_cast<double>(a.size());
    for (const float value : b)
        shares[std::floor(double{value} / width)].second += 1.0 / static_cast<double>(b.size());
    const auto entropy = [](double share) { return share > 0 ? -share * std::log2(share) : 0.0; };
    double sum = 0;
    for (const auto& [bin, share] : shares)
        sum += entropy((share.first + share.second) / 2) - (entropy(share.first) + entropy(share.second)) / 2;
    return sum;
}

TEST(Drift, DivergenceIsThatOfTheValuesInTheWiderBins) {
    const auto a = draw(20'000, 0, 1, 1);
    for (const float deviation : {1.0f, 1.5f, 40.0f})
        for (const float mean : {0.0f, 0.7f, -3.0f}) {
            const auto b = draw(30'000, mean, deviation, 2);
            const Histogram p = histogramOf(a, 512), q = histogramOf(b, 512);
            Histogram both = p;
            both.merge(q);
            const double expected = divergenceOfValues(a, b, both.binWidth());
            EXPECT_NEAR(jensenShannon(p, q), expected, 1e-9) << mean << ' ' << deviation;
            EXPECT_NEAR(jensenShannon(q, p), expected, 1e-9);
            EXPECT_GT(expected, deviation > 1 || mean != 0 ? 0.02 : 0);
        }
}

TEST(Drift, DivergenceIsZeroForEqualSharesAndOneForDisjointBins) {
    const std::vector<float> values{-1.5f, -0.25f, 0.5f, 3.0f};
    std::vector<float> twice = values;
    twice.insert(twice.end(), values.begin(), values.end());
    EXPECT_EQ(jensenShannon(histogramOf(values), histogramOf(twice)), 0);
    EXPECT_DOUBLE_EQ(jensenShannon(histogramOf({1.0f, 1.5f}), histogramOf({-8.0f, 9.0f, 10.0f})), 1);
    // Half of q lies in p's only bin: H(3/4, 1/4) − H(1/2, 1/2) / 2.
    const double expected = -0.75 * std::log2(0.75) - 0.25 * std::log2(0.25) - 0.5;
    EXPECT_NEAR(jensenShannon(histogramOf({1.0f}), histogramOf({1.0f, 64.0f})), expected, 1e-12);
    EXPECT_TRUE(std::isnan(jensenShannon(Histogram(), histogramOf(values))));
}

TapStatistics statisticsOf(const std::vector<float>& values) {
    TapStatistics tap(4);
    tap.observe({values.data(), std::ssize(values) / 4, 4});
    return tap;
}

TEST(Drift, TellsWhatLiesBeyondTheCalibratedRange) {
    const auto calibrated = draw(40'000, 0, 1, 3), other = draw(40'000, 0, 2, 4);
    const TapStatistics a = statisticsOf(calibrated), b = statisticsOf(other);
    const auto [low, high] = std::ranges::minmax(calibrated);
    double outside = 0, largest = 0;
    for (const float value : other) {
        outside += value < low || value > high ? 1.0 / 40'000 : 0;
        largest = std::max(largest, std::abs(double{value}));
    }
    const TapDrift drift = tapDrift(a, b);
    EXPECT_NEAR(drift.outside, outside, 0.0005);
    EXPECT_GT(outside, 0.01);
    EXPECT_NEAR(drift.rangeGrowth, largest / std::max(-double{low}, double{high}), 1e-12);
    EXPECT_EQ(drift.divergence, jensenShannon(a.histogram, b.histogram));
    EXPECT_EQ(tapDrift(a, a).outside, 0);
    EXPECT_EQ(tapDrift(a, a).rangeGrowth, 1);
    EXPECT_TRUE(std::isnan(tapDrift(a, TapStatistics(4)).divergence));
}

} // namespace
} // namespace vernier
