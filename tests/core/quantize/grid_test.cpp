#include "core/quantize/grid.h"

#include "core/base/error.h"

#include <cmath>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

TEST(Grid, asymmetricSpansTheRange) {
    const GridParameters grid = gridFromRange(-1.0, 2.0, {2, -1, false});
    EXPECT_EQ(grid.scale, 1.0);
    EXPECT_EQ(grid.zero, 1.0);
}

TEST(Grid, rangeAlwaysHoldsZero) {
    EXPECT_EQ(gridFromRange(3.0, 6.0, {2, -1, false}).scale, 2.0);
    EXPECT_EQ(gridFromRange(3.0, 6.0, {2, -1, false}).zero, 0.0);
    EXPECT_EQ(gridFromRange(-6.0, -3.0, {2, -1, false}).zero, 3.0);
}

TEST(Grid, symmetricPutsZeroInTheMiddle) {
    const GridParameters grid = gridFromRange(-1.0, 1.5, {4, -1, true});
    EXPECT_EQ(grid.scale, 0.2);
    EXPECT_EQ(grid.zero, 8.0);
    // One code fewer above zero than below: the largest weight is clipped.
    EXPECT_EQ(grid.encode(1.5, 15), 15.0);
    EXPECT_DOUBLE_EQ(grid.decode(15), 1.4);
    // Also for rows without negative weights, unlike the published code.
    EXPECT_EQ(gridFromRange(0.0, 1.5, {4, -1, true}).scale, 0.2);
}

TEST(Grid, zerosGetARangeOfOne) {
    const GridParameters grid = gridFromRange(0, 0, {4, -1, false});
    EXPECT_EQ(grid.scale, 2.0 / 15);
    EXPECT_EQ(grid.zero, 8.0); // 7.5, half to even
    EXPECT_EQ(grid.decode(grid.encode(0, 15)), 0.0);
}

TEST(Grid, roundsHalfToEvenAndClamps) {
    const GridParameters grid{2.0, 1.0};
    EXPECT_EQ(grid.encode(1.0, 7), 1.0);
    EXPECT_EQ(grid.encode(3.0, 7), 3.0);
    EXPECT_EQ(grid.encode(-1.0, 7), 1.0);
    EXPECT_EQ(grid.encode(-100.0, 7), 0.0);
    EXPECT_EQ(grid.encode(100.0, 7), 7.0);
    EXPECT_EQ(grid.encode(std::nan(""), 7), 0.0);
}

TEST(Grid, vectorFormsEqualTheScalarOnes) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (const Index count : {1, 7, 16, 33, 100}) {
        std::vector<float> w(static_cast<std::size_t>(count));
        for (float& value : w)
            value = normal(random);
        const std::vector<double> wide(w.begin(), w.end());
        const double low = std::min(0.0, *std::min_element(wide.begin(), wide.end()));
        const double high = std::max(0.0, *std::max_element(wide.begin(), wide.end()));
        for (const bool symmetric : {false, true}) {
            const Scheme scheme{3, -1, symmetric};
            const GridParameters grid = gridFromRange(low, high, scheme);
            const GridFinder finder(scheme, {}, MatrixView<const float>(w.data(), 1, count));
            EXPECT_EQ(finder.find(w.data(), count).scale, grid.scale);
            EXPECT_EQ(finder.find(w.data(), count).zero, grid.zero);
            EXPECT_EQ(finder.find(wide.data(), count).scale, grid.scale);
            std::vector<std::uint8_t> codes(w.size()), wideCodes(w.size());
            encodeAll(w.data(), count, grid, scheme, codes.data());
            encodeAll(wide.data(), count, grid, scheme, wideCodes.data());
            EXPECT_EQ(codes, wideCodes);
            for (std::size_t i = 0; i < w.size(); ++i)
                EXPECT_EQ(codes[i], grid.encode(wide[i], 7)) << i;
        }
    }
}

TEST(Scheme, saysWhatItIs) {
    EXPECT_EQ((Scheme{3, 64, false}.text()), "3 bits, groups of 64, asymmetric");
    EXPECT_EQ((Scheme{4, -1, true}.text()), "4 bits, one group per row, symmetric");
}

TEST(Scheme, countsGroupsWithAShorterLast) {
    EXPECT_EQ((Scheme{4, 64, false}.groups(172)), 3);
    EXPECT_EQ((Scheme{4, -1, false}.groups(172)), 1);
    EXPECT_EQ((Scheme{4, 256, false}.groups(172)), 1);
}

TEST(Scheme, refusesValuesOutOfRange) {
    const auto message = [](const Scheme& scheme) -> std::string {
        try {
            scheme.validate();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Input);
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(message({2, 1, false}), "");
    EXPECT_EQ(message({8, -1, true}), "");
    EXPECT_THAT(message({1, 64, false}), testing::StartsWith("bits: 1 is not in 2 to 8"));
    EXPECT_THAT(message({9, 64, false}), testing::StartsWith("bits: 9"));
    EXPECT_THAT(message({4, -2, false}), testing::StartsWith("group_size: -2"));
}

} // namespace
} // namespace vernier
