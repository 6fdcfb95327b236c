#include "core/tensor/dtype.h"
#include "core/tensor/gram_product.h"
#include "core/tensor/packed_weight.h"
#include "core/tensor/precision.h"
#include "tests/support/random_matrix.h"

#include <cmath>
#include <tuple>

#include <gtest/gtest.h>

namespace vernier {
namespace {

using test::randomMatrix;

/// Half to even by arithmetic: the nearest multiple of the unit in the last of 8 significant bits.
float roundedToBf16(float value) {
    int exponent = 0;
    std::frexp(value, &exponent);
    const float unit = std::ldexp(1.0f, exponent - 8);
    return std::nearbyint(value / unit) * unit;
}

Matrix rounded(const Matrix& matrix) {
    Matrix result(matrix.rows(), matrix.cols());
    for (Index i = 0; i < matrix.rows() * matrix.cols(); ++i)
        result.data()[i] = roundedToBf16(matrix.data()[i]);
    return result;
}

TEST(Precision, HasANameAndKnowsIt) {
    EXPECT_EQ(name(Precision::BF16), "bf16");
    EXPECT_EQ(precisionFromName("f32"), Precision::F32);
    EXPECT_EQ(precisionFromName("bf16"), Precision::BF16);
    EXPECT_EQ(precisionFromName("fp8"), std::nullopt);
}

TEST(Precision, StaysInFloatWhereTheProcessorCannotHelp) {
    EXPECT_EQ(usablePrecision(Precision::F32), Precision::F32);
    EXPECT_TRUE(whyNotPrecision(Precision::F32).empty());
    EXPECT_EQ(usablePrecision(Precision::BF16), hasBf16Units() ? Precision::BF16 : Precision::F32);
    EXPECT_EQ(whyNotPrecision(Precision::BF16).empty(), hasBf16Units());
}

/// Tests of numbers that only processors with the units compute.
class Bf16 : public testing::Test {
protected:
    void SetUp() override {
        if (!hasBf16Units())
            GTEST_SKIP() << whyNotPrecision(Precision::BF16);
    }
};

TEST_F(Bf16, RoundsWeightsAndInputsHalfToEven) {
    // Between 1 and 2 the step is 2^-7: halfway cases go to the even neighbour, all else to the nearest.
    const float step = std::ldexp(1.0f, -7);
    const float values[] = {1 + step / 2,        1 + step * 3 / 2,     1 + step * 0.51f, 1 + step * 0.49f,
                            -1 - step / 2,       -1 - step * 3 / 2,    3.0e38f,          1.0e-30f * (1 + step / 2),
                            2 - step / 2 * 0.9f, std::ldexp(1.0f, -90)};
    constexpr Index kCount = std::size(values);
    Matrix x(1, kCount), identity(kCount, kCount), y(1, kCount), one(1, 1), single(1, 1);
    for (Index i = 0; i < kCount; ++i)
        x(0, i) = values[i], identity(i, i) = 1;
    PackedWeight(identity.view(), Precision::BF16).multiply(x.view(), y.view());
    one(0, 0) = 1;
    for (Index i = 0; i < kCount; ++i) {
        EXPECT_EQ(y(0, i), roundedToBf16(values[i])) << values[i];
        Matrix weight(1, 1);
        weight(0, 0) = values[i];
        PackedWeight(weight.view(), Precision::BF16).multiply(one.view(), single.view());
        EXPECT_EQ(single(0, 0), roundedToBf16(values[i])) << values[i];
    }
}

class Bf16Shapes : public Bf16, public testing::WithParamInterface<std::tuple<Index, Index, Index>> {};

TEST_P(Bf16Shapes, MultipliesTheRoundedNumbersInFloat) {
    const auto [tokens, in, out] = GetParam();
    const Matrix x = randomMatrix(tokens, in, 1), w = randomMatrix(out, in, 2);
    const Matrix roundedX = rounded(x), roundedW = rounded(w);
    Matrix y(tokens, out);
    const PackedWeight packed(w.view(), Precision::BF16);
    EXPECT_EQ(packed.precision(), Precision::BF16);
    packed.multiply(x.view(), y.view());
    packed.multiply(x.view(), y.view(), true);
    for (Index i = 0; i < tokens; i += 1 + tokens / 7)
        for (Index j = 0; j < out; ++j) {
            double sum = 0;
            for (Index k = 0; k < in; ++k)
                sum += double{roundedX(i, k)} * roundedW(j, k);
            EXPECT_NEAR(y(i, j), 2 * sum, 2e-4) << i << ',' << j;
        }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Bf16Shapes,
                         testing::Values(std::tuple{1, 8, 8}, std::tuple{5, 173, 63}, std::tuple{256, 64, 172},
                                         std::tuple{300, 255, 33}, std::tuple{1025, 96, 128}));

TEST_F(Bf16, GramSumsTheRoundedInputs) {
    for (const auto& [tokens, channels] : {std::pair<Index, Index>{70, 300}, {2100, 33}, {64, 128}}) {
        const Matrix x = randomMatrix(tokens, channels, 3, 0.3f), seen = rounded(x);
        Matrix gram(channels, channels);
        accumulateLowerGram(x.view(), gram.view(), Precision::BF16);
        for (Index i = 0; i < channels; i += 9)
            for (Index j = 0; j <= i; j += 7) {
                double sum = 0;
                for (Index t = 0; t < tokens; ++t)
                    sum += double{seen(t, i)} * seen(t, j);
                EXPECT_NEAR(gram(i, j), sum, 2e-6 * static_cast<double>(tokens)) << i << ',' << j;
            }
    }
}

} // namespace
} // namespace vernier
