#include "core/quantize/cholesky.h"
#include "core/quantize/gptq.h"
#include "core/quantize/triangular_inverse.h"
#include "tests/core/quantize/naive_gptq.h"
#include "tests/core/quantize/random_layer.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>

namespace vernier {
namespace {

// More than the size from which sums are taken in float, and a multiple of no tile.
constexpr Index kSize = 1100;

struct Case {
    std::string name;
    Index tokens;
    double damp;
    bool cancels; ///< too much for sums in float
};

// A Gram whose factor spans a wide range: channels that walk together, outliers of 20 times their size, and fewer
// tokens than channels, which leave the damping to carry the rest.
const std::vector<Case> kCases = {{"fullRank", 3000, 0.01, false},
                                  {"fewTokens", 600, 0.01, false},
                                  {"veryFewTokens", 200, 0.01, false},
                                  {"hardlyDamped", 600, 1e-4, true},
                                  {"almostUndamped", 600, 1e-6, true}};

std::vector<double> dampedFactor(const Gram& gram, double damp) {
    std::vector<double> values(static_cast<std::size_t>(kSize * kSize));
    const MatrixView<double> matrix(values.data(), kSize, kSize);
    double mean = 0;
    for (Index i = 0; i < kSize; ++i)
        mean += static_cast<double>(gram.sum()(i, i)) / static_cast<double>(kSize);
    for (Index i = 0; i < kSize; ++i)
        for (Index j = 0; j <= i; ++j)
            matrix(i, j) = static_cast<double>(gram.sum()(kSize - 1 - i, kSize - 1 - j)) + (i == j ? damp * mean : 0.0);
    EXPECT_TRUE(factoriseCholesky(matrix, {}));
    return values;
}

Matrix inverse(std::vector<double> factor, InverseSums sums) {
    Matrix upper(kSize, kSize);
    for (Index i = 0; i < kSize * kSize; ++i)
        upper.data()[i] = 7.0f; // what is there before must not matter
    invertReversed({factor.data(), kSize, kSize}, upper.view(), {}, sums);
    return upper;
}

class TriangularInverse : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Grams, TriangularInverse, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST_P(TriangularInverse, undoesTheFactor) {
    const auto layer = test::randomLayer(1, kSize, 3, GetParam().tokens);
    const std::vector<double> factor = dampedFactor(layer.gram, GetParam().damp);
    for (const InverseSums sums : {InverseSums::Double, InverseSums::Float, InverseSums::Automatic}) {
        const Matrix upper = inverse(factor, sums);
        // U · (J L J) = 1, looked at in some rows; a row's error is measured by the sizes that went into it.
        for (Index i = 0; i < kSize; i += 97)
            for (Index j = 0; j < kSize; ++j) {
                double sum = 0, size = 0;
                for (Index p = 0; p <= j; ++p) {
                    const double term = static_cast<double>(upper(i, p)) *
                                        factor[static_cast<std::size_t>((kSize - 1 - p) * kSize + kSize - 1 - j)];
                    sum += p < i ? 0.0 : term;
                    size += std::abs(term);
                }
                ASSERT_NEAR(sum, i == j ? 1.0 : 0.0, 1e-5 * (1 + size)) << i << ", " << j;
                if (j < i) {
                    ASSERT_EQ(upper(i, j), 0.0f);
                }
            }
    }
}

TEST_P(TriangularInverse, isTakenInDoubleWhereSumsCancel) {
    const auto layer = test::randomLayer(1, kSize, 3, GetParam().tokens);
    const std::vector<double> factor = dampedFactor(layer.gram, GetParam().damp);
    const auto expected = inverse(factor, GetParam().cancels ? InverseSums::Double : InverseSums::Float);
    EXPECT_TRUE(std::ranges::equal(inverse(factor, InverseSums::Automatic).values(), expected.values()));
}

TEST(TriangularInverseCodes, areThoseOfThePlainFormInDouble) {
    for (const Index tokens : {3000, 200}) {
        const auto layer = test::randomLayer(48, kSize, 4, tokens);
        const GptqOptions options{.scheme = {4, 100, true, NumberFormat::Integer, ScaleType::F32}};
        const test::NaiveGptq naive = test::naiveGptq(layer.weight, layer.gram, options);
        JobContext job;
        const GptqFactor factor = factoriseGram(layer.gram, options, job);
        const GptqResult result = quantizeGptq(layer.weight.view(), factor, options, job);
        EXPECT_GE(test::agreement(result.linear.codes, naive.codes), 0.999) << tokens;
    }
}

TEST(TriangularInverseCodes, areTheSameAtAnyThreadCount) {
    const auto layer = test::randomLayer(1, kSize, 5, 2000);
    const std::vector<double> plain = dampedFactor(layer.gram, 0.01);
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    const Matrix one = inverse(plain, InverseSums::Float);
    omp_set_num_threads(3);
    const Matrix three = inverse(plain, InverseSums::Float);
    omp_set_num_threads(threads);
    EXPECT_TRUE(std::ranges::equal(one.values(), three.values()));
}

TEST(Cholesky, tellsWhatIsNotPositiveDefinite) {
    std::vector<double> values(300 * 300);
    for (Index i = 0; i < 300; ++i)
        values[static_cast<std::size_t>(i * 301)] = i == 250 ? -1.0 : 2.0;
    EXPECT_FALSE(factoriseCholesky({values.data(), 300, 300}, {}));
}

} // namespace
} // namespace vernier
