#include "core/base/error.h"
#include "core/calibrate/tap_statistics.h"
#include "tests/support/random_matrix.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>
#include <omp.h>

namespace vernier {
namespace {

constexpr Index kWindow = 50;

/// Values with heavy tails, some channels far from zero and some much larger than others.
Matrix activations(Index rows, Index channels, unsigned seed) {
    std::mt19937 engine(seed);
    std::student_t_distribution<float> heavyTailed(5.0f);
    Matrix x(rows, channels);
    for (Index t = 0; t < rows; ++t)
        for (Index c = 0; c < channels; ++c)
            x(t, c) = heavyTailed(engine) * (c % 7 == 3 ? 20.0f : 1.0f) + (c % 5 == 1 ? 300.0f : 0.0f);
    return x;
}

/// Central moments in long double, in two passes.
struct Exact {
    long double mean = 0, m2 = 0, m3 = 0, m4 = 0, sumAbs = 0;

    explicit Exact(const std::vector<float>& values) {
        for (const float value : values)
            mean += value, sumAbs += std::fabs(value);
        mean /= static_cast<long double>(values.size());
        for (const float value : values) {
            const long double d = value - mean;
            m2 += d * d, m3 += d * d * d, m4 += d * d * d * d;
        }
    }
};

std::vector<float> column(const Matrix& x, Index c) {
    std::vector<float> values;
    for (Index t = 0; t < x.rows(); ++t)
        values.push_back(x(t, c));
    return values;
}

void expectNear(double value, long double exact, double relative) {
    EXPECT_NEAR(value, static_cast<double>(exact), relative * std::fabs(static_cast<double>(exact)));
}

/// Whether two taps saw the same: to the bit what does not depend on the order of observation, and sums nearly.
void expectSame(const TapStatistics& a, const TapStatistics& b) {
    EXPECT_EQ(a.tokens(), b.tokens());
    EXPECT_EQ(a.histogram, b.histogram);
    EXPECT_EQ(a.extremes, b.extremes);
    EXPECT_EQ(a.windows, b.windows);
    EXPECT_EQ(a.channelHistograms, b.channelHistograms);
    EXPECT_EQ(a.channels.min, b.channels.min);
    EXPECT_EQ(a.channels.max, b.channels.max);
    EXPECT_EQ(a.channels.absMaxRow, b.channels.absMaxRow);
    for (Index c = 0; c < a.channels.channels(); ++c) {
        expectNear(a.channels.mean(c), b.channels.mean(c), 1e-11);
        expectNear(a.channels.meanAbs(c), b.channels.meanAbs(c), 1e-12);
        expectNear(a.channels.variance(c), b.channels.variance(c), 1e-11);
        expectNear(a.channels.kurtosis(c), b.channels.kurtosis(c), 1e-10);
    }
}

TEST(TapStatistics, EqualsExactSumsPerChannel) {
    const Matrix x = activations(333, 150, 5);
    TapStatistics tap(150);
    tap.observe(x.view().rowRange(0, 100));
    tap.observe(x.view().rowRange(100, 233), {.first = 100});
    for (Index c = 0; c < 150; ++c) {
        const std::vector<float> values = column(x, c);
        const Exact exact(values);
        EXPECT_NEAR(tap.channels.mean(c), static_cast<double>(exact.mean), 1e-10);
        expectNear(tap.channels.meanAbs(c), exact.sumAbs / 333, 1e-12);
        expectNear(tap.channels.variance(c), exact.m2 / 333, 1e-11);
        EXPECT_NEAR(tap.channels.moments[static_cast<std::size_t>(c)].m3, static_cast<double>(exact.m3),
                    1e-10 * static_cast<double>(std::pow(exact.m2, 1.5L)));
        expectNear(tap.channels.kurtosis(c), 333 * exact.m4 / (exact.m2 * exact.m2), 1e-10);
        EXPECT_EQ(tap.channels.min[static_cast<std::size_t>(c)], std::ranges::min(values));
        EXPECT_EQ(tap.channels.max[static_cast<std::size_t>(c)], std::ranges::max(values));
        const auto largest =
            std::ranges::max_element(values, {}, [](float v) { return std::fabs(v); }) - values.begin();
        EXPECT_EQ(tap.channels.absMaxRow[static_cast<std::size_t>(c)], static_cast<std::uint64_t>(largest));
    }
    const Exact all({x.data(), x.data() + 333 * 150});
    expectNear(tap.mean(), all.mean, 1e-12);
    expectNear(tap.rms(), std::sqrt(all.mean * all.mean + all.m2 / (333 * 150)), 1e-12);
    expectNear(tap.kurtosis(), 333 * 150 * all.m4 / (all.m2 * all.m2), 1e-11);
    EXPECT_EQ(tap.histogram.total(), 333u * 150u);
}

TEST(TapStatistics, KeepsItsDigitsFarFromZero) {
    // The variance is 1e-8 of the square of the mean: raw sums of fourth powers would have none of it left.
    Matrix x = test::randomMatrix(2000, 3, 8);
    for (Index t = 0; t < 2000; ++t)
        x(t, 1) += 10000.0f;
    TapStatistics tap(3);
    tap.observe(x.view());
    const Exact exact(column(x, 1));
    expectNear(tap.channels.variance(1), exact.m2 / 2000, 1e-11);
    expectNear(tap.channels.kurtosis(1), 2000 * exact.m4 / (exact.m2 * exact.m2), 1e-10);
    EXPECT_NEAR(tap.channels.kurtosis(0), 3.0, 0.3);
}

TEST(TapStatistics, SurvivesTheLargestNumbers) {
    const std::vector<float> values = {3e38f, -3e38f, 1.0f, 0.0f};
    TapStatistics tap(2);
    EXPECT_FALSE(tap.observe({values.data(), 2, 2}).has_value());
    EXPECT_NEAR(tap.channels.mean(0), 1.5e38, 1e31);
    EXPECT_NEAR(tap.channels.kurtosis(0), 1.0, 1e-9);
}

TEST(TapStatistics, MergesLikeOneObservationInAnyOrder) {
    constexpr Index kRows = 6 * kWindow, kChannels = 140;
    ObserverOptions options;
    options.channelHistograms = true;
    options.extremes = 20;
    for (unsigned round = 0; round < 12; ++round) {
        std::mt19937 engine(round);
        const Matrix x = activations(kRows, kChannels, round);
        TapStatistics once(kChannels, options);
        once.observe(x.view(), {.windowLength = kWindow});
        std::vector<TapStatistics> parts;
        for (Index at = 0; at < kRows;) {
            const Index n = std::min<Index>(kRows - at, 1 + static_cast<Index>(engine() % 120));
            parts.emplace_back(kChannels, options);
            parts.back().observe(x.view().rowRange(at, n),
                                 {.first = static_cast<std::uint64_t>(at), .windowLength = kWindow});
            at += n;
        }
        std::ranges::shuffle(parts, engine);
        TapStatistics merged;
        for (const TapStatistics& part : parts)
            merged.merge(part);
        expectSame(merged, once);
    }
}

TEST(TapStatistics, TellsWindowsApartAlsoWhereRowsWereGathered) {
    const Matrix x = activations(6, 3, 9);
    TapStatistics tap(3);
    const std::vector<std::int32_t> rows = {3, 49, 50, 149, 150, 310};
    tap.observe(x.view(), {.gathered = rows, .windowLength = kWindow});
    ASSERT_EQ(tap.windows.windows(), 7u);
    const auto low = [&](Index t) { return std::min({x(t, 0), x(t, 1), x(t, 2)}); };
    EXPECT_EQ(tap.windows.low[0], std::min(low(0), low(1)));
    EXPECT_EQ(tap.windows.low[1], low(2));
    EXPECT_EQ(tap.windows.low[2], low(3));
    EXPECT_EQ(tap.windows.low[3], low(4));
    EXPECT_FALSE(tap.windows.seen(4));
    EXPECT_EQ(tap.windows.low[6], low(5));
    EXPECT_TRUE(std::ranges::all_of(tap.extremes.values(), [&](const ExtremeValue& extreme) {
        return std::ranges::find(rows, static_cast<std::int32_t>(extreme.row)) != rows.end();
    }));
}

TEST(TapStatistics, KeepsTheMostExtremeValues) {
    const Matrix x = activations(700, 200, 10);
    TapStatistics tap(200);
    for (Index at = 0; at < 700; at += 350)
        tap.observe(x.view().rowRange(at, 350), {.first = static_cast<std::uint64_t>(at)});
    std::vector<ExtremeValue> all;
    for (Index t = 0; t < 700; ++t)
        for (Index c = 0; c < 200; ++c)
            all.push_back({x(t, c), static_cast<std::uint32_t>(c), static_cast<std::uint64_t>(t)});
    std::ranges::sort(all, moreExtreme);
    ASSERT_EQ(tap.extremes.values().size(), 64u);
    EXPECT_TRUE(std::ranges::equal(tap.extremes.values(), std::span(all).first(64)));
}

TEST(TapStatistics, HistogramsPerChannelAreThoseOfTheChannels) {
    const Matrix x = activations(300, 130, 12);
    TapStatistics tap(130, {.channelHistograms = true});
    tap.observe(x.view());
    ASSERT_EQ(tap.channelHistograms.size(), 130u);
    for (const Index c : {0, 3, 129}) {
        Histogram expected(TapStatistics::kChannelBins);
        const std::vector<float> values = column(x, c);
        expected.observe({values.data(), 300, 1});
        EXPECT_EQ(tap.channelHistograms[static_cast<std::size_t>(c)], expected);
    }
}

TEST(TapStatistics, FindsTheOutlierChannels) {
    Matrix x(200, 9);
    for (Index t = 0; t < 200; ++t)
        for (Index c = 0; c < 9; ++c)
            x(t, c) = c == 4 ? (t == 17 ? -50.0f : 1.0f) : c == 7 ? 12.0f : (t % 2 ? 2.0f : -2.0f);
    TapStatistics tap(9);
    tap.observe(x.view());
    EXPECT_EQ(tap.absMaxChannel(), 4);
    EXPECT_EQ(tap.outlierRatio(), 25.0);
    EXPECT_EQ(tap.outlierChannels(6), (std::vector<Index>{4, 7}));
    EXPECT_EQ(tap.outlierChannels(7), (std::vector<Index>{4}));
    EXPECT_EQ(tap.min(), -50.0f);
    EXPECT_EQ(tap.channels.absMaxRow[4], 17u);
}

TEST(TapStatistics, NamesTheFirstValueThatIsNotFinite) {
    Matrix x = activations(100, 300, 13);
    x(40, 290) = std::numeric_limits<float>::quiet_NaN();
    x(41, 2) = -std::numeric_limits<float>::infinity();
    x(99, 299) = std::numeric_limits<float>::infinity();
    TapStatistics tap(300);
    const auto bad = tap.observe(x.view(), {.first = 1000, .windowLength = kWindow});
    ASSERT_TRUE(bad.has_value());
    EXPECT_EQ(bad->count, 3u);
    EXPECT_EQ(bad->first.row, 1040u);
    EXPECT_EQ(bad->first.channel, 290u);
    EXPECT_TRUE(std::isnan(bad->first.value));
}

TEST(TapStatistics, OfNothingAreZero) {
    const TapStatistics tap(5);
    EXPECT_EQ(tap.min(), 0.0f);
    EXPECT_EQ(tap.max(), 0.0f);
    EXPECT_EQ(tap.rms(), 0.0);
    EXPECT_EQ(tap.kurtosis(), 0.0);
    EXPECT_EQ(tap.outlierRatio(), 0.0);
    EXPECT_TRUE(tap.outlierChannels(6).empty());
}

TEST(TapStatistics, IsBitIdenticalAtAnyThreadCount) {
    const Matrix x = activations(500, 400, 5);
    const int before = omp_get_max_threads();
    TapStatistics taps[2];
    for (const int threads : {1, 2}) {
        omp_set_num_threads(threads);
        taps[threads - 1].observe(x.view(), {.windowLength = kWindow});
    }
    omp_set_num_threads(before);
    EXPECT_EQ(taps[0].channels.sumAbs, taps[1].channels.sumAbs);
    EXPECT_EQ(taps[0].channels.moments, taps[1].channels.moments);
    expectSame(taps[0], taps[1]);
}

} // namespace
} // namespace vernier
