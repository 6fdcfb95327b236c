#include "core/evaluate/paired_bootstrap.h"

#include "core/base/error.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace vernier {
namespace {

constexpr int kLength = 32;

TokenWindows someWindows(int count) {
    TokenWindows windows;
    windows.sequenceLength = kLength;
    windows.ids.assign(static_cast<std::size_t>(count * kLength), 1);
    return windows;
}

/// Losses of a run, and those of another that loses `more` on average with noise that is shared inside a window.
struct Pair {
    std::vector<float> first, second;

    Pair(int windows, double more, double windowNoise, double tokenNoise, unsigned seed) {
        std::mt19937 random(seed);
        std::normal_distribution<double> normal;
        for (int window = 0; window < windows; ++window) {
            const double shared = windowNoise * normal(random);
            for (int i = 0; i < kLength; ++i) {
                const double loss = 2 + normal(random);
                first.push_back(static_cast<float>(loss + more + shared + tokenNoise * normal(random)));
                second.push_back(static_cast<float>(loss));
            }
            first.back() = second.back() = std::numeric_limits<float>::quiet_NaN(); // nothing follows the last token
        }
    }
};

TEST(PairedBootstrap, FindsTheMeanAndAnIntervalOfTheRightWidth) {
    constexpr int kWindows = 200;
    const Pair pair(kWindows, 0.05, 0.2, 0.3, 7);
    const auto windows = someWindows(kWindows);
    const PairedComparison result = pairedBootstrap(windows, pair.first, pair.second);
    double sum = 0;
    for (std::size_t i = 0; i < pair.first.size(); ++i)
        if (!std::isnan(pair.first[i]))
            sum += double{pair.first[i]} - double{pair.second[i]};
    EXPECT_EQ(result.tokens, kWindows * (kLength - 1));
    EXPECT_NEAR(result.meanDifference, sum / static_cast<double>(result.tokens), 1e-12);
    EXPECT_LT(result.low, result.meanDifference);
    EXPECT_GT(result.high, result.meanDifference);
    // The standard error of a mean over windows: sqrt(0.2² + 0.3² / 31) / sqrt(200), times 2 · 1.96 for the width.
    const double deviation = std::sqrt(0.04 + 0.09 / (kLength - 1)) / std::sqrt(double{kWindows});
    EXPECT_NEAR(result.high - result.low, 2 * 1.96 * deviation, 0.2 * 2 * 1.96 * deviation);
}

TEST(PairedBootstrap, CoversTheTruthAboutAsOftenAsItSays) {
    int covered = 0;
    constexpr int kRounds = 200;
    for (unsigned round = 0; round < kRounds; ++round) {
        const Pair pair(60, 0.05, 0.1, 0.2, 100 + round);
        const PairedComparison result = pairedBootstrap(someWindows(60), pair.first, pair.second, 400, round);
        covered += result.low <= 0.05 && 0.05 <= result.high ? 1 : 0;
    }
    EXPECT_GE(covered, 0.88 * kRounds);
    EXPECT_LE(covered, 0.99 * kRounds);
}

TEST(PairedBootstrap, IsSureOfWhatIsClearAndNotOfNoise) {
    const Pair clear(50, 0.5, 0.1, 0.1, 3), noise(50, 0.0, 0.5, 0.5, 6);
    const PairedComparison worse = pairedBootstrap(someWindows(50), clear.first, clear.second);
    EXPECT_TRUE(worse.isSure());
    EXPECT_EQ(worse.firstBetterShare, 0);
    const PairedComparison better = pairedBootstrap(someWindows(50), clear.second, clear.first);
    EXPECT_EQ(better.firstBetterShare, 1);
    EXPECT_NEAR(better.low, -worse.high, 1e-12);
    EXPECT_FALSE(pairedBootstrap(someWindows(50), noise.first, noise.second).isSure());
    EXPECT_FALSE(pairedBootstrap(someWindows(50), noise.first, noise.first).isSure());
}

TEST(PairedBootstrap, RefusesOtherTextAndTooLittle) {
    const Pair pair(3, 0, 0.1, 0.1, 5);
    EXPECT_THROW(pairedBootstrap(someWindows(4), pair.first, pair.second), Error);
    const Pair one(1, 0, 0.1, 0.1, 5);
    EXPECT_THROW(pairedBootstrap(someWindows(1), one.first, one.second), Error);
}

} // namespace
} // namespace vernier
