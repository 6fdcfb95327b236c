#include "core/calibrate/tap_statistics.h"
#include "tests/support/random_matrix.h"

#include <cmath>
#include <cstring>

#include <gtest/gtest.h>
#include <omp.h>

namespace vernier {
namespace {

TEST(TapStatistics, EqualsNaiveSumsPerChannel) {
    const Matrix x = test::randomMatrix(333, 70, 5, 0.3f, 2.0f);
    TapStatistics tap;
    tap.observe(x.view().rowRange(0, 100));
    tap.observe(x.view().rowRange(100, 233));
    for (const Index c : {0, 1, 63, 64, 69}) {
        double sum = 0, absolute = 0, squares = 0;
        float low = x(0, c), high = x(0, c);
        for (Index t = 0; t < 333; ++t) {
            sum += x(t, c), absolute += std::fabs(x(t, c)), squares += double{x(t, c)} * x(t, c);
            low = std::min(low, x(t, c)), high = std::max(high, x(t, c));
        }
        EXPECT_NEAR(tap.channels.mean(c), sum / 333, 1e-6);
        EXPECT_NEAR(tap.channels.meanAbs(c), absolute / 333, 1e-6);
        EXPECT_NEAR(tap.channels.rms(c), std::sqrt(squares / 333), 1e-6);
        EXPECT_EQ(tap.channels.min[static_cast<std::size_t>(c)], low);
        EXPECT_EQ(tap.channels.max[static_cast<std::size_t>(c)], high);
    }
    EXPECT_EQ(tap.histogram.total(), 333u * 70u);
}

TEST(TapStatistics, MergesLikeOneObservation) {
    const Matrix x = test::randomMatrix(128, 10, 5, 0.3f, 2.0f);
    TapStatistics all, first, second, merged;
    all.observe(x.view());
    first.observe(x.view().rowRange(0, 64));
    second.observe(x.view().rowRange(64, 64));
    merged.merge(first);
    merged.merge(second);
    EXPECT_EQ(merged.histogram, all.histogram);
    EXPECT_EQ(merged.channels.min, all.channels.min);
    EXPECT_EQ(merged.channels.tokens, 128u);
    EXPECT_NEAR(merged.rms(), all.rms(), 1e-9);
}

TEST(TapStatistics, FindsTheOutlierChannel) {
    Matrix x = test::randomMatrix(200, 9, 5, 0.3f, 2.0f);
    for (Index t = 0; t < 200; ++t)
        for (Index c = 0; c < 9; ++c)
            x(t, c) = c == 4 ? (t == 17 ? -50.0f : 1.0f) : (t % 2 ? 2.0f : -2.0f);
    TapStatistics tap;
    tap.observe(x.view());
    EXPECT_EQ(tap.absMaxChannel(), 4);
    EXPECT_EQ(tap.outlierRatio(), 25.0);
    EXPECT_EQ(tap.min(), -50.0f);
}

TEST(TapStatistics, IsBitIdenticalAtAnyThreadCount) {
    const Matrix x = test::randomMatrix(500, 200, 5, 0.3f, 2.0f);
    const int before = omp_get_max_threads();
    TapStatistics taps[2];
    for (const int threads : {1, 2}) {
        omp_set_num_threads(threads);
        taps[threads - 1].observe(x.view());
    }
    omp_set_num_threads(before);
    EXPECT_EQ(taps[0].channels.sum, taps[1].channels.sum);
    EXPECT_EQ(taps[0].channels.sumSquares, taps[1].channels.sumSquares);
}

} // namespace
} // namespace vernier
