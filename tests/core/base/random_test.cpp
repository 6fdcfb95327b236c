#include "core/base/random.h"

#include <array>
#include <map>

#include <gtest/gtest.h>

namespace vernier {
namespace {

// The published outputs of SplitMix64 for the seed 1234567.
TEST(SeededRandom, DrawsTheSameNumbersEverywhere) {
    SeededRandom random(1234567);
    for (const std::uint64_t expected : {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                         4593380528125082431u, 16408922859458223821u})
        EXPECT_EQ(random.next(), expected);
}

TEST(SeededRandom, StaysBelowTheBoundAndReachesEveryNumber) {
    SeededRandom random(3);
    std::array<int, 7> counts{};
    for (int i = 0; i < 70'000; ++i)
        ++counts.at(random.below(7));
    for (const int count : counts)
        EXPECT_NEAR(count, 10'000, 500); // five standard deviations
    EXPECT_EQ(random.below(1), 0u);
    for (int i = 0; i < 1000; ++i) {
        const double unit = random.unit();
        EXPECT_GE(unit, 0);
        EXPECT_LT(unit, 1);
    }
}

TEST(SeededRandom, ShufflesIntoEveryOrderEqually) {
    SeededRandom random(5);
    std::map<std::array<int, 3>, int> orders;
    for (int i = 0; i < 60'000; ++i) {
        std::array values = {1, 2, 3};
        random.shuffle(std::span<int>(values));
        ++orders[values];
    }
    EXPECT_EQ(orders.size(), 6u);
    for (const auto& [order, count] : orders)
        EXPECT_NEAR(count, 10'000, 500);
}

} // namespace
} // namespace vernier
