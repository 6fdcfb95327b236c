#include "core/base/error.h"
#include "core/calibrate/extreme_values.h"

#include <algorithm>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace vernier {
namespace {

std::vector<ExtremeValue> valuesWithTies(unsigned seed, std::size_t count) {
    std::mt19937 engine(seed);
    std::vector<ExtremeValue> values;
    for (std::size_t i = 0; i < count; ++i)
        values.push_back(
            {static_cast<float>(static_cast<int>(engine() % 9) - 4), static_cast<std::uint32_t>(i % 5), i / 5});
    return values;
}

TEST(ExtremeValues, TiesGoToTheEarlierTokenThenTheLowerChannel) {
    ExtremeValues kept(3);
    for (const ExtremeValue& value : {ExtremeValue{-2, 1, 9}, ExtremeValue{2, 0, 9}, ExtremeValue{2, 7, 1},
                                      ExtremeValue{2, 3, 5}, ExtremeValue{1, 0, 0}})
        kept.offer(value);
    const std::vector<ExtremeValue> expected = {{2, 7, 1}, {2, 3, 5}, {2, 0, 9}};
    EXPECT_TRUE(std::ranges::equal(kept.values(), expected));
}

TEST(ExtremeValues, MergeToTheSameInAnyOrder) {
    for (unsigned round = 0; round < 20; ++round) {
        const auto values = valuesWithTies(round, 200);
        std::vector<ExtremeValue> sorted = values;
        std::ranges::sort(sorted, moreExtreme);
        std::vector<ExtremeValues> parts(4, ExtremeValues(16));
        for (std::size_t i = 0; i < values.size(); ++i)
            parts[(i * 7 + round) % 4].offer(values[i]);
        std::mt19937 engine(round);
        std::ranges::shuffle(parts, engine);
        ExtremeValues merged(16);
        for (const ExtremeValues& part : parts)
            merged.merge(part);
        EXPECT_TRUE(std::ranges::equal(merged.values(), std::span(sorted).first(16)));
    }
}

TEST(ExtremeValues, MayKeepNothing) {
    ExtremeValues none(0);
    none.offer({5, 0, 0});
    EXPECT_TRUE(none.values().empty());
    EXPECT_EQ(none.threshold(), std::numeric_limits<float>::infinity());
}

TEST(ExtremeValues, RebuildOnlyFromSoundParts) {
    const std::vector<ExtremeValue> sound = {{-3, 0, 4}, {2, 1, 0}};
    EXPECT_TRUE(std::ranges::equal(ExtremeValues::fromParts(5, sound).values(), sound));
    EXPECT_THROW(ExtremeValues::fromParts(1, sound), Error);
    EXPECT_THROW(ExtremeValues::fromParts(5, {{2, 1, 0}, {-3, 0, 4}}), Error);
    EXPECT_THROW(ExtremeValues::fromParts(5, {{2, 1, 0}, {2, 1, 0}}), Error);
    EXPECT_THROW(ExtremeValues::fromParts(5, {{std::numeric_limits<float>::quiet_NaN(), 1, 0}}), Error);
}

} // namespace
} // namespace vernier
