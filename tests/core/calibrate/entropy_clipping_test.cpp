#include "core/calibrate/entropy_clipping.h"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace vernier {
namespace {

Histogram histogramOf(const std::vector<float>& values) {
    Histogram histogram;
    histogram.observe({values.data(), std::ssize(values), 1});
    return histogram;
}

/// KL(P‖Q) of the first i bins, every distribution written out as the slide has it.
double writtenOut(const std::vector<std::uint64_t>& bins, std::size_t i, std::size_t levels) {
    std::vector<double> p(bins.begin(), bins.begin() + static_cast<std::ptrdiff_t>(i)), q(i);
    for (std::size_t j = i; j < bins.size(); ++j)
        p[i - 1] += static_cast<double>(bins[j]);
    for (std::size_t level = 0; level < levels; ++level) {
        double sum = 0, filled = 0;
        for (std::size_t j = 0; j < i; ++j)
            if (j * levels / i == level && bins[j] > 0)
                sum += static_cast<double>(bins[j]), ++filled;
        for (std::size_t j = 0; j < i; ++j)
            if (j * levels / i == level && bins[j] > 0)
                q[j] = sum / filled;
    }
    double sumP = 0, sumQ = 0, divergence = 0;
    for (std::size_t j = 0; j < i; ++j)
        sumP += p[j], sumQ += q[j];
    for (std::size_t j = 0; j < i; ++j)
        if (p[j] > 0)
            divergence += q[j] > 0 ? p[j] / sumP * std::log(p[j] / sumP / (q[j] / sumQ))
                                   : std::numeric_limits<double>::infinity();
    return divergence;
}

TEST(EntropyClipping, ChoosesTheThresholdThatWritingItOutChooses) {
    std::mt19937 engine(3);
    std::student_t_distribution<float> heavyTailed(4.0f);
    for (const int levels : {4, 16, 128})
        for (int round = 0; round < 3; ++round) {
            std::vector<float> values(3000);
            for (float& value : values)
                value = heavyTailed(engine);
            Histogram histogram(512);
            histogram.observe({values.data(), 3000, 1});
            const Magnitudes magnitudes(histogram);
            const std::size_t bins = magnitudes.counts.size();
            ASSERT_GT(bins, static_cast<std::size_t>(levels));
            double least = std::numeric_limits<double>::infinity(), chosen = 0;
            for (std::size_t i = static_cast<std::size_t>(levels); i <= bins; ++i) {
                const double here = writtenOut(magnitudes.counts, i, static_cast<std::size_t>(levels));
                if (here <= least)
                    least = here, chosen = magnitudes.upperEdge(i - 1);
            }
            EXPECT_DOUBLE_EQ(entropyThreshold(magnitudes, levels), chosen);
        }
}

TEST(EntropyClipping, KeepsAllOfWhatIsEvenlySpread) {
    std::vector<float> values;
    for (int i = 0; i < 40960; ++i)
        values.push_back(static_cast<float>(i) / 40960);
    EXPECT_NEAR(entropyThreshold(Magnitudes(histogramOf(values)), 128), 1.0, 0.01);
}

TEST(EntropyClipping, HasAnAnswerForFewBinsAndNone) {
    EXPECT_EQ(entropyThreshold(Magnitudes(Histogram()), 128), 0.0);
    const Magnitudes one(histogramOf({0.0f, 0.0f}));
    EXPECT_EQ(entropyThreshold(one, 128), one.upperEdge(0));
}

TEST(Magnitudes, FoldAtZeroAndStayShort) {
    const Magnitudes folded(histogramOf({-1.0f, 0.999f, 0.25f, -0.25f}));
    EXPECT_EQ(folded.binWidth, std::ldexp(1.0, -12));
    ASSERT_EQ(folded.counts.size(), 4096u);
    EXPECT_EQ(folded.counts[1024], 1u);
    EXPECT_EQ(folded.counts[1023], 1u); // magnitudes of a negative bin end where it begins
    EXPECT_EQ(folded.quantileEdge(0.25), 0.25);
    // A narrow histogram far from zero would take more bins down to zero than there can be.
    const Magnitudes far(histogramOf({1000.0f, 1000.001f}));
    EXPECT_LE(far.counts.size(), static_cast<std::size_t>(Histogram::kMaxBins));
    EXPECT_NEAR(far.upperEdge(far.counts.size() - 1), 1000.0, 0.2);
}

} // namespace
} // namespace vernier
