#include "core/base/error.h"
#include "core/calibrate/histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

#include <gtest/gtest.h>
#include <omp.h>

namespace vernier {
namespace {

Histogram histogramOf(const std::vector<float>& values, Index columns = 1) {
    Histogram histogram;
    histogram.observe({values.data(), std::ssize(values) / columns, columns});
    return histogram;
}

std::vector<float> randomValues(unsigned seed, std::size_t count, float scale) {
    std::mt19937 engine(seed);
    std::student_t_distribution<float> heavyTailed(2.0f);
    std::vector<float> values(count);
    for (float& value : values)
        value = scale * heavyTailed(engine);
    return values;
}

TEST(Histogram, CountsEveryValueInItsBin) {
    const auto values = randomValues(1, 5000, 3.0f);
    const Histogram histogram = histogramOf(values, 5);
    std::map<std::int64_t, std::uint64_t> expected;
    for (const float value : values)
        ++expected[static_cast<std::int64_t>(std::floor(std::ldexp(double{value}, -histogram.exponent())))];
    for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
        const auto bin = histogram.firstBin() + static_cast<std::int64_t>(i);
        EXPECT_EQ(histogram.counts()[i], expected.contains(bin) ? expected[bin] : 0u) << bin;
    }
    EXPECT_EQ(histogram.total(), 5000u);
}

TEST(Histogram, UsesTheFinestWidthThatFits) {
    const Histogram histogram = histogramOf({-1.0f, 0.999f});
    // [-1, 1) in 8192 bins of 2^-12; at 2^-13 it would take 16384.
    EXPECT_EQ(histogram.exponent(), -12);
    EXPECT_EQ(histogram.firstBin(), -4096);
    EXPECT_EQ(histogram.lowerEdge(0), -1.0);
}

TEST(Histogram, MergesExactlyInAnyOrder) {
    std::mt19937 engine(7);
    for (int round = 0; round < 30; ++round) {
        std::vector<std::vector<float>> parts;
        std::vector<float> all;
        for (unsigned part = 0; part < 4; ++part) {
            const float scale = std::ldexp(1.0f, static_cast<int>(engine() % 40) - 20);
            parts.push_back(randomValues(engine(), 1 + engine() % 300, scale));
            all.insert(all.end(), parts.back().begin(), parts.back().end());
        }
        const Histogram once = histogramOf(all);
        Histogram forward, backward, streamed;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            forward.merge(histogramOf(parts[i]));
            backward.merge(histogramOf(parts[parts.size() - 1 - i]));
            streamed.observe({parts[i].data(), std::ssize(parts[i]), 1});
        }
        EXPECT_EQ(forward, once);
        EXPECT_EQ(backward, once);
        EXPECT_EQ(streamed, once);
    }
}

TEST(Histogram, SurvivesExtremeValues) {
    constexpr float kHuge = std::numeric_limits<float>::max(), kTiny = std::numeric_limits<float>::denorm_min();
    EXPECT_EQ(histogramOf({kHuge}).total(), 1u);
    EXPECT_EQ(histogramOf({-kHuge, kHuge, 0.0f, kTiny, -kTiny}).total(), 5u);
    const Histogram around = histogramOf({-kTiny, 0.0f, kTiny});
    EXPECT_EQ(around.firstBin(), -1);
    EXPECT_EQ(around.counts(), (std::vector<std::uint64_t>{1, 2}));
}

TEST(Histogram, ReportsWhatIsNotFinite) {
    Histogram histogram;
    const std::vector<float> values = {1.0f, std::numeric_limits<float>::quiet_NaN(),
                                       -std::numeric_limits<float>::infinity(), 2.0f};
    EXPECT_EQ(histogram.observe({values.data(), 2, 2}), 2u);
    EXPECT_EQ(histogram.total(), 2u);
    Histogram empty;
    EXPECT_EQ(empty.observe({values.data() + 1, 1, 2}), 2u);
    EXPECT_TRUE(empty.empty());
}

TEST(Histogram, CountsFarFromZeroAndNearItAlike) {
    // Bins beyond what single precision can number, and products that underflow, must not be miscounted.
    for (const float offset : {0.0f, 1000.0f, -3e7f}) {
        std::vector<float> values;
        for (int i = -40; i <= 40; ++i)
            values.push_back(offset + std::ldexp(static_cast<float>(i), -14));
        values.push_back(-std::numeric_limits<float>::denorm_min());
        for (std::size_t n = values.size() - 1; n <= values.size(); ++n) {
            const std::vector<float> some(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(n));
            const Histogram histogram = histogramOf(some);
            std::map<std::int64_t, std::uint64_t> expected;
            for (const float value : some)
                ++expected[static_cast<std::int64_t>(std::floor(std::ldexp(double{value}, -histogram.exponent())))];
            for (const auto& [bin, count] : expected)
                EXPECT_EQ(histogram.counts().at(static_cast<std::size_t>(bin - histogram.firstBin())), count);
            EXPECT_EQ(histogram.total(), n);
        }
    }
}

TEST(Histogram, KeepsToItsNumberOfBins) {
    const auto values = randomValues(4, 3000, 1.0f);
    Histogram fine, coarse(256), merged(256);
    fine.observe({values.data(), 3000, 1});
    coarse.observe({values.data(), 3000, 1});
    Histogram part(256);
    part.observe({values.data(), 1000, 1});
    merged.observe({values.data() + 1000, 2000, 1});
    merged.merge(part);
    EXPECT_LE(coarse.counts().size(), 256u);
    EXPECT_EQ(coarse.total(), 3000u);
    EXPECT_GT(coarse.exponent(), fine.exponent());
    EXPECT_EQ(merged, coarse);
    EXPECT_THROW(fine.merge(coarse), Error);
    EXPECT_EQ(Histogram::fromParts(coarse.exponent(), coarse.firstBin(), coarse.counts(), 256), coarse);
    EXPECT_THROW(Histogram::fromParts(fine.exponent(), fine.firstBin(), fine.counts(), 256), Error);
}

TEST(Histogram, KnowsQuantilesToABinWidth) {
    const auto values = randomValues(5, 20000, 1.0f);
    const Histogram histogram = histogramOf(values);
    for (const double share : {0.001, 0.1, 0.5, 0.77, 0.999}) {
        const double quantile = histogram.quantile(share), width = histogram.binWidth();
        const auto countUpTo = [&](double edge) {
            return static_cast<double>(std::ranges::count_if(values, [&](float v) { return double{v} <= edge; }));
        };
        EXPECT_LE(countUpTo(quantile - width), share * 20000);
        EXPECT_GE(countUpTo(quantile + width), share * 20000);
    }
    EXPECT_LE(histogram.quantile(0), double{std::ranges::min(values)});
    EXPECT_GE(histogram.quantile(1), double{std::ranges::max(values)});
    EXPECT_EQ(Histogram().quantile(0.5), 0.0);
}

TEST(Histogram, IsTheSameAtAnyThreadCount) {
    const auto values = randomValues(3, 64000, 10.0f);
    const int before = omp_get_max_threads();
    omp_set_num_threads(1);
    const Histogram one = histogramOf(values, 64);
    omp_set_num_threads(2);
    const Histogram two = histogramOf(values, 64);
    omp_set_num_threads(before);
    EXPECT_EQ(one, two);
}

TEST(Histogram, RebuildsOnlyFromSoundParts) {
    const Histogram histogram = histogramOf(randomValues(9, 100, 1.0f));
    EXPECT_EQ(Histogram::fromParts(histogram.exponent(), histogram.firstBin(), histogram.counts()), histogram);
    EXPECT_THROW(Histogram::fromParts(-41, 0, {1}), Error);
    EXPECT_THROW(Histogram::fromParts(0, 0, {0, 1}), Error);
    EXPECT_THROW(Histogram::fromParts(0, std::numeric_limits<std::int64_t>::min(), {1}), Error);
    EXPECT_THROW(Histogram::fromParts(0, 0, std::vector<std::uint64_t>(8193, 1)), Error);
}

} // namespace
} // namespace vernier
