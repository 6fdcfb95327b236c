#include "core/quantize/bit_allocation.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace vernier {
namespace {

using Linears = std::vector<std::vector<BitChoice>>;

Linears randomLinears(std::mt19937& random, std::size_t count, std::size_t choices, std::uint64_t unit) {
    Linears linears(count);
    for (auto& linear : linears) {
        double cost = std::uniform_real_distribution(0.1, 10.0)(random);
        std::uint64_t bytes = unit * std::uniform_int_distribution<std::uint64_t>(1, 9)(random);
        for (std::size_t c = 0; c < choices; ++c) {
            linear.push_back({static_cast<int>(c) + 2, bytes, cost});
            cost *= std::uniform_real_distribution(0.1, 1.05)(random); // now and then no better
            bytes += unit * std::uniform_int_distribution<std::uint64_t>(0, 7)(random);
        }
        std::ranges::shuffle(linear, random);
    }
    return linears;
}

/// The least cost within a budget, by trying everything.
double leastCost(const Linears& linears, std::uint64_t budget, std::size_t from = 0) {
    if (from == linears.size())
        return 0;
    double best = std::numeric_limits<double>::infinity();
    for (const BitChoice& choice : linears[from])
        if (choice.bytes <= budget)
            best = std::min(best, choice.cost + leastCost(linears, budget - choice.bytes, from + 1));
    return best;
}

std::uint64_t sumOfBytes(const Linears& linears, const BitAllocation& allocation) {
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < linears.size(); ++i)
        bytes += linears[i].at(allocation.picks.at(i)).bytes;
    return bytes;
}

TEST(AllocateBits, IsTheBestOfAllWhereSizesHaveACommonUnit) {
    std::mt19937 random(3);
    for (int round = 0; round < 40; ++round) {
        const Linears linears = randomLinears(random, 6, 4, 1000);
        const auto frontier = bitFrontier(linears);
        const std::uint64_t least = frontier.front().bytes, most = frontier.back().bytes;
        for (const double share : {0.0, 0.2, 0.5, 0.9, 1.0, 2.0}) {
            const auto budget = least + static_cast<std::uint64_t>(share * static_cast<double>(most - least));
            const BitAllocation allocation = allocateBits(linears, budget);
            EXPECT_LE(allocation.bytes, budget);
            EXPECT_EQ(allocation.bytes, sumOfBytes(linears, allocation));
            EXPECT_NEAR(allocation.cost, leastCost(linears, budget), 1e-9);
        }
    }
}

TEST(AllocateBits, StaysWithinTheBudgetAndNearTheCurveWhereSizesHaveNone) {
    std::mt19937 random(4);
    Linears linears = randomLinears(random, 300, 5, 1'000'003);
    for (auto& linear : linears)
        for (BitChoice& choice : linear)
            choice.bytes += std::uniform_int_distribution<std::uint64_t>(0, 999)(random);
    const auto frontier = bitFrontier(linears);
    for (std::size_t i = 0; i < frontier.size(); i += 50) {
        const BitAllocation allocation = allocateBits(linears, frontier[i].bytes);
        EXPECT_LE(allocation.bytes, frontier[i].bytes);
        // Nothing beats a point of the hull; rounding sizes up may cost a change or two of 1200.
        EXPECT_GE(allocation.cost, frontier[i].cost - 1e-9);
        EXPECT_LE(allocation.cost, frontier[i].cost * 1.02 + 0.02 * frontier.front().cost / 300);
    }
}

TEST(AllocateBits, SaysWhatTheLeastIs) {
    const Linears linears = {{{2, 100, 1.0}, {4, 200, 0.1}}, {{2, 50, 1.0}}};
    EXPECT_EQ(allocateBits(linears, 150).picks, (std::vector<std::size_t>{0, 0}));
    EXPECT_EQ(allocateBits(linears, 250).picks, (std::vector<std::size_t>{1, 0}));
    EXPECT_EQ(allocateBits(linears, std::numeric_limits<std::uint64_t>::max()).cost, 1.1);
    try {
        allocateBits(linears, 149);
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("150"), std::string::npos);
    }
    EXPECT_THROW(allocateBits(Linears{{}}, 10), Error);
    EXPECT_THROW(allocateBits(Linears{{{2, 1, std::nan("")}}}, 10), Error);
}

TEST(BitFrontier, FallsAndIsConvex) {
    std::mt19937 random(5);
    for (int round = 0; round < 20; ++round) {
        const Linears linears = randomLinears(random, 8, 5, 10);
        const auto frontier = bitFrontier(linears);
        double before = std::numeric_limits<double>::infinity();
        for (std::size_t i = 1; i < frontier.size(); ++i) {
            ASSERT_GT(frontier[i].bytes, frontier[i - 1].bytes);
            const double slope = (frontier[i - 1].cost - frontier[i].cost) /
                                 static_cast<double>(frontier[i].bytes - frontier[i - 1].bytes);
            EXPECT_GT(slope, 0);
            EXPECT_LE(slope, before * (1 + 1e-9));
            before = slope;
        }
        for (const BitAllocation& point : frontier)
            EXPECT_NEAR(point.cost, allocateBits(linears, point.bytes).cost, 1e-9);
    }
}

} // namespace
} // namespace vernier
