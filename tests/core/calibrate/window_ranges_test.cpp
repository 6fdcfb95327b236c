#include "core/calibrate/window_ranges.h"

#include <gtest/gtest.h>

namespace vernier {
namespace {

TEST(WindowRanges, AverageAsAMovingObserverDoes) {
    WindowRanges ranges;
    const float lows[] = {-1.0f, -3.0f, -2.0f}, highs[] = {2.0f, 4.0f, 100.0f};
    for (std::size_t window = 0; window < 3; ++window)
        ranges.add(window, lows[window], highs[window]);
    // min = min + 0.01 · (min of the window − min), from the first window's on.
    const double low = (-1.0 + 0.01 * (-3.0 + 1.0)), high = 2.0 + 0.01 * (4.0 - 2.0);
    const auto average = ranges.movingAverage();
    EXPECT_DOUBLE_EQ(average.low, low + 0.01 * (-2.0 - low));
    EXPECT_DOUBLE_EQ(average.high, high + 0.01 * (100.0 - high));
    EXPECT_DOUBLE_EQ(ranges.movingAverage(1.0).high, 100.0);
}

TEST(WindowRanges, DoNotDependOnTheOrderOfObservation) {
    WindowRanges forward, backward, late;
    for (std::size_t window = 0; window < 5; ++window)
        for (const float value : {1.0f, -2.0f}) // two parts of a window
            forward.add(window, value - static_cast<float>(window), value + static_cast<float>(window));
    for (std::size_t window = 5; window-- > 0;)
        for (const float value : {-2.0f, 1.0f})
            (window > 2 ? late : backward)
                .add(window, value - static_cast<float>(window), value + static_cast<float>(window));
    late.merge(backward);
    EXPECT_EQ(late, forward);
}

TEST(WindowRanges, PassOverWindowsThatWereNotSeen) {
    WindowRanges some, all;
    some.add(2, -1.0f, 1.0f);
    some.add(7, -3.0f, 5.0f);
    all.add(0, -1.0f, 1.0f);
    all.add(1, -3.0f, 5.0f);
    EXPECT_FALSE(some.seen(0));
    EXPECT_EQ(some.movingAverage().low, all.movingAverage().low);
    EXPECT_EQ(some.movingAverage().high, all.movingAverage().high);
    EXPECT_EQ(WindowRanges().movingAverage().high, 0.0);
}

} // namespace
} // namespace vernier
