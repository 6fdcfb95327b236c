#include "core/calibrate/kept_values.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace vernier {
namespace {

TEST(KeptValues, AreTheExtremesAndTheLargestOfEveryChannelEachOnce) {
    constexpr Index kTokens = 40, kChannels = 12;
    constexpr std::size_t kExtremes = 5;
    Matrix x(kTokens, kChannels);
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    for (Index row = 0; row < kTokens; ++row)
        for (Index channel = 0; channel < kChannels; ++channel)
            x.view()(row, channel) = channel == 4 ? 0 : normal(random) * (channel == 2 ? 5.0F : 1.0F);
    TapStatistics tap(kChannels, {.extremes = kExtremes});
    tap.observe(x.view());

    // What the matrix itself says.
    std::vector<ExtremeValue> all, expected;
    for (Index row = 0; row < kTokens; ++row)
        for (Index channel = 0; channel < kChannels; ++channel)
            if (x.view()(row, channel) != 0)
                all.push_back(
                    {x.view()(row, channel), static_cast<std::uint32_t>(channel), static_cast<std::uint64_t>(row)});
    std::ranges::sort(all, [](const auto& a, const auto& b) { return std::fabs(a.value) > std::fabs(b.value); });
    std::vector<bool> seen(kChannels, false);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i < kExtremes || !seen[all[i].channel])
            expected.push_back(all[i]);
        seen[all[i].channel] = true;
    }
    EXPECT_EQ(keptValues(tap), expected);

    std::vector<ExtremeValue> ofTwo, above;
    std::ranges::copy_if(expected, std::back_inserter(ofTwo), [](const auto& v) { return v.channel == 2; });
    EXPECT_EQ(keptValues(tap, {.channel = 2}), ofTwo);
    EXPECT_TRUE(keptValues(tap, {.channel = 4}).empty());
    std::ranges::copy_if(expected, std::back_inserter(above),
                         [](const auto& v) { return v.value >= 1 && v.value < 3; });
    EXPECT_EQ(keptValues(tap, {.low = 1, .high = 3}), above);
    EXPECT_TRUE(keptValues(TapStatistics(3)).empty());
}

} // namespace
} // namespace vernier
