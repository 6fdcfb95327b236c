#include "core/quantize/activation_rounding.h"

#include "core/base/error.h"
#include "tests/support/random_matrix.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace vernier {
namespace {

Matrix copyOf(const Matrix& matrix) {
    Matrix copy(matrix.rows(), matrix.cols());
    std::ranges::copy(matrix.values(), copy.data());
    return copy;
}

TEST(RoundTokens, RoundsEachRowToTheStepsOfItsLargestValue) {
    for (const int bits : {4, 6, 8}) {
        Matrix values = test::randomMatrix(5, 300, 11);
        values.view().row(2)[17] = -40.0f; // one outlier makes the steps of its row coarse, of no other
        const Matrix before = copyOf(values);
        roundTokens(values.view(), bits, true);
        const double codes = std::pow(2.0, bits - 1) - 1;
        for (Index row = 0; row < values.rows(); ++row) {
            double largest = 0;
            for (Index col = 0; col < values.cols(); ++col)
                largest = std::max(largest, std::abs(double{before(row, col)}));
            const double step = largest / codes;
            for (Index col = 0; col < values.cols(); ++col) {
                const double code = double{values(row, col)} / step;
                ASSERT_NEAR(code, std::round(code), 1e-3);
                ASSERT_LE(std::abs(double{values(row, col)} - double{before(row, col)}), step / 2 * 1.0001);
            }
        }
    }
}

TEST(RoundTokens, UsesAllCodesOfAOneSidedRowWithAZeroPoint) {
    Matrix values(1, 1000);
    for (Index i = 0; i < 1000; ++i)
        values(0, i) = static_cast<float>(i) / 999.0f * 3.0f;
    Matrix symmetric = copyOf(values);
    roundTokens(values.view(), 4, false);
    roundTokens(symmetric.view(), 4, true);
    const auto levels = [](const Matrix& m) { return std::set<float>(m.values().begin(), m.values().end()).size(); };
    EXPECT_EQ(levels(values), 16u);
    EXPECT_EQ(levels(symmetric), 8u);
    EXPECT_FLOAT_EQ(*std::ranges::max_element(values.values()), 3.0f);
}

TEST(RoundTokens, LeavesARowOfZerosAndIsTheSameWhenDoneAgain) {
    Matrix values = test::randomMatrix(3, 64, 5);
    std::fill_n(values.view().row(1), 64, 0.0f);
    roundTokens(values.view(), 8, true);
    for (Index i = 0; i < 64; ++i)
        EXPECT_EQ(values(1, i), 0.0f);
    Matrix again = copyOf(values);
    roundTokens(again.view(), 8, true);
    for (Index i = 0; i < 64; ++i)
        EXPECT_NEAR(again(0, i), values(0, i), 1e-6);
}

TEST(RoundTokens, RoundsQuotientsWhereColumnsWereScaled) {
    Matrix values = test::randomMatrix(2, 4, 8);
    values.view().row(0)[3] = 100.0f;
    const std::vector<float> divisors = {1.0f, 1.0f, 1.0f, 50.0f};
    Matrix quotients = copyOf(values);
    for (Index row = 0; row < 2; ++row)
        quotients(row, 3) /= 50.0f;
    roundTokens(values.view(), 8, true, divisors);
    roundTokens(quotients.view(), 8, true);
    for (Index row = 0; row < 2; ++row)
        for (Index col = 0; col < 4; ++col)
            EXPECT_FLOAT_EQ(values(row, col), quotients(row, col) * (col == 3 ? 50.0f : 1.0f));
    EXPECT_THROW(roundTokens(values.view(), 8, true, std::vector<float>(3, 1.0f)), Error);
}

TEST(RoundOnGrid, CutsWhatIsOutsideAndKeepsZero) {
    const ClippingRange grid = layGrid(-1.0, 3.0, {8, false});
    Matrix values(1, 5);
    const float given[] = {-7.0f, 0.0f, 9.0f, 1.0f, -0.5f};
    std::ranges::copy(given, values.view().row(0));
    roundOnGrid(values.view(), grid, 8);
    const double zero = std::round(1.0 / (4.0 / 255));
    EXPECT_NEAR(values(0, 0), -zero * 4.0 / 255, 1e-6);
    EXPECT_EQ(values(0, 1), 0.0f);
    EXPECT_NEAR(values(0, 2), (255 - zero) * 4.0 / 255, 1e-6);
    EXPECT_NEAR(values(0, 3), 1.0, 2.0 / 255);
    EXPECT_NEAR(values(0, 4), -0.5, 2.0 / 255);
}

TEST(StaticRange, IsThatOfTheDividedInput) {
    TapStatistics tap(3);
    Matrix values = test::randomMatrix(200, 3, 21);
    for (Index row = 0; row < 200; ++row)
        values(row, 1) *= 30.0f;
    tap.observe(values.view());
    const std::vector<float> scales = {0.5f, 20.0f, 1.0f};
    double low = 0, high = 0;
    for (Index row = 0; row < 200; ++row)
        for (Index col = 0; col < 3; ++col) {
            const double x = double{values(row, col)} / double{scales[static_cast<std::size_t>(col)]};
            low = std::min(low, x), high = std::max(high, x);
        }
    ActivationScheme scheme;
    scheme.bits = 8;
    scheme.grids = ActivationGrids::PerTensor;
    scheme.symmetric = false;
    const ClippingRange range = staticRange("in", tap, scheme, scales);
    EXPECT_DOUBLE_EQ(range.low, low);
    EXPECT_DOUBLE_EQ(range.high, high);
    EXPECT_DOUBLE_EQ(staticRange("in", tap, scheme, {}).high, double{tap.max()});
    scheme.ranges = ClippingMethod::MeanSquaredError;
    EXPECT_LT(staticRange("in", tap, scheme, {}).high, double{tap.max()} + 1e-9);
    EXPECT_THROW(staticRange("in", tap, scheme, scales), Error);
    EXPECT_DOUBLE_EQ(staticRange("in", TapStatistics(3), scheme, scales).high, 1.0);
    scheme.ranges = ClippingMethod::MinMax;
    scheme.chosen = {{"in", std::nullopt, -0.25, 0.75}};
    EXPECT_DOUBLE_EQ(staticRange("in", tap, scheme, {}).high, 0.75);
    EXPECT_DOUBLE_EQ(staticRange("other", tap, scheme, {}).high, double{tap.max()});
    EXPECT_THROW(staticRange("in", tap, scheme, scales), Error);
}

TEST(ActivationScheme, RefusesBitsThatNoGridHas) {
    ActivationScheme scheme;
    EXPECT_NO_THROW(scheme.validate());
    scheme.bits = 3;
    EXPECT_THROW(scheme.validate(), Error);
    scheme.bits = 9;
    EXPECT_THROW(scheme.validate(), Error);
    scheme.bits = 8;
    scheme.keyValueBits = 5;
    EXPECT_THROW(scheme.validate(), Error);
    scheme.keyValueBits = 4;
    EXPECT_NO_THROW(scheme.validate());
    EXPECT_EQ(scheme.text(), "activations 8 bits per token, keys and values 4 bits");
}

} // namespace
} // namespace vernier
