#include "core/base/error.h"
#include "core/calibrate/convergence.h"
#include "tests/support/demo_windows.h"
#include "tests/support/random_matrix.h"
#include "tests/support/test_files.h"

#include <cmath>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using test::randomMatrix;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Convergence, ComparesAllWindowsWithHalfOfThemAndSoOn) {
    EXPECT_THAT(convergenceSizes(8), ElementsAre(1, 2, 4, 8));
    EXPECT_THAT(convergenceSizes(96), ElementsAre(1, 3, 6, 12, 24, 48, 96));
    EXPECT_THAT(convergenceSizes(1), ElementsAre(1));
    EXPECT_THAT(convergenceSizes(0), ElementsAre());
}

TEST(Convergence, MeasuresHowFarGramsAreApartPerToken) {
    const Matrix x = randomMatrix(30, 7, 1), y = randomMatrix(50, 7, 2);
    Gram a(7), b(7);
    a.observe(x.view());
    b.observe(y.view());
    double difference = 0, square = 0;
    for (Index i = 0; i < 7; ++i)
        for (Index j = 0; j < 7; ++j) {
            double left = 0, right = 0;
            for (Index t = 0; t < 30; ++t)
                left += double{x(t, i)} * x(t, j) / 30;
            for (Index t = 0; t < 50; ++t)
                right += double{y(t, i)} * y(t, j) / 50;
            difference += (left - right) * (left - right);
            square += right * right;
        }
    EXPECT_NEAR(gramDistance(a, b), std::sqrt(difference / square), 1e-6);
    a.observe(x.view()); // twice the same is the same per token
    Gram once(7);
    once.observe(x.view());
    EXPECT_NEAR(gramDistance(once, a), 0, 1e-6);
    EXPECT_TRUE(std::isnan(gramDistance(Gram(7), a)));
    EXPECT_THROW(gramDistance(Gram(3), a), Error);
}

TEST(Convergence, MeasuresHowMuchRangesWiden) {
    WindowRanges ranges;
    ranges.add(1, -1, 1);
    ranges.add(2, 0, 3);
    ranges.add(3, -1, 1);
    EXPECT_TRUE(std::isnan(rangeGrowth(ranges, 1, 2))); // nothing seen of the first
    EXPECT_DOUBLE_EQ(rangeGrowth(ranges, 2, 4), 1 - 2.0 / 4.0);
    EXPECT_DOUBLE_EQ(rangeGrowth(ranges, 3, 4), 0);
    EXPECT_DOUBLE_EQ(rangeGrowth(ranges, 4, 8), 0); // windows behind the last had no token
    WindowRanges constant;
    constant.add(0, 2, 2);
    constant.add(1, 2, 2);
    EXPECT_EQ(rangeGrowth(constant, 1, 2), 0);
}

Convergence stepsWith(const std::vector<double>& changes) {
    TapConvergence steady{"steady", 0, std::vector<double>(changes.size(), 0.001),
                          std::vector<double>(changes.size(), 0.0)};
    TapConvergence expert{"expert", 0, std::vector<double>(changes.size(), std::nan("")),
                          std::vector<double>(changes.size(), std::nan(""))};
    return summarise(std::int64_t{1} << changes.size(),
                     {expert, steady, {"moving", 0, changes, std::vector<double>(changes.size(), 0.5)}});
}

TEST(Convergence, SaysFromWhereOnDataStoppedHelping) {
    const Convergence settles = stepsWith({0.3, 0.04, 0.06, 0.03, 0.02});
    ASSERT_EQ(settles.steps.size(), 5u);
    EXPECT_EQ(settles.steps[2].from, 4);
    EXPECT_EQ(settles.steps[2].to, 8);
    EXPECT_EQ(settles.steps[2].worstChange, 0.06);
    EXPECT_EQ(settles.steps[2].medianChange, 0.001); // the expert nobody reached does not count
    EXPECT_EQ(settles.steps[2].worstGrowth, 0.5);
    EXPECT_EQ(settles.steps[2].worstTap, "moving");
    const ConvergenceVerdict verdict = judge(settles, 0.05);
    EXPECT_TRUE(verdict.enough);
    EXPECT_EQ(verdict.windows, 8); // not at 2, after which it moved again
    EXPECT_THAT(verdict.text, HasSubstr("enough at 8 windows"));
    const ConvergenceVerdict strict = judge(settles, 0.01);
    EXPECT_FALSE(strict.enough);
    EXPECT_EQ(strict.windows, 32);
    EXPECT_EQ(strict.lastChange, 0.02);
    EXPECT_THAT(strict.text, HasSubstr("still moving at 32 windows"));
    EXPECT_FALSE(judge(summarise(1, {}), 0.05).enough);
}

TEST(Convergence, OfABlockIsThatOfGramsObservedApart) {
    const Model model = Model::open(test::demoFolder() / "model");
    const TokenWindows windows = test::demoWindows("calibration", 6);
    const Block block(model, 0);
    const JobContext job;
    const auto statesOf = [&] {
        HiddenStates hidden(std::ssize(windows.ids), model.spec.hiddenSize, windows.sequenceLength, {});
        embedWindows(model, windows, hidden, job);
        return hidden;
    };
    HiddenStates hidden = statesOf();
    BlockStatistics statistics(model.spec, 0);
    const auto taps = observeConvergence(model.spec, block, windows, hidden, statistics, job);
    ASSERT_EQ(taps.size(), 4u);

    // Sizes are 1, 3, 6: the same windows, each size in a pass of its own.
    std::vector<BlockStatistics> apart;
    for (const Index size : {1, 3, 6}) {
        apart.emplace_back(model.spec, 0);
        HiddenStates states = statesOf();
        Matrix buffer;
        const auto all = states.read(0, buffer);
        Matrix rows(size * windows.sequenceLength, all.cols);
        std::copy_n(all.data, rows.rows() * rows.cols(), rows.data());
        observeBlock(model.spec, block, rows.view(), 0, windows, apart.back(), job);
    }
    for (std::size_t tap = 0; tap < taps.size(); ++tap) {
        EXPECT_EQ(taps[tap].tap, tapName(model.spec, 0, tap));
        ASSERT_EQ(taps[tap].gramChange.size(), 2u);
        for (std::size_t step = 0; step < 2; ++step) {
            const double expected = gramDistance(apart[step].grams[tap], apart[step + 1].grams[tap]);
            EXPECT_NEAR(taps[tap].gramChange[step], expected, 1e-5);
            const TapStatistics &less = apart[step].taps[tap], &more = apart[step + 1].taps[tap];
            EXPECT_DOUBLE_EQ(taps[tap].rangeGrowth[step],
                             1 - (double{less.max()} - double{less.min()}) / (double{more.max()} - double{more.min()}));
        }
        EXPECT_EQ(statistics.grams[tap].tokens(), 6u * 256u);
    }
    HiddenStates plain = statesOf();
    forwardBlock(block, windows.sequenceLength, plain, job);
    Matrix one, other;
    EXPECT_NEAR(hidden.read(0, one)(1000, 5), plain.read(0, other)(1000, 5), 1e-4);
}

} // namespace
} // namespace vernier
