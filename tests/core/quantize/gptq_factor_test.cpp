#include "core/base/error.h"
#include "core/quantize/gptq.h"
#include "tests/core/quantize/naive_gptq.h"
#include "tests/core/quantize/random_layer.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>

namespace vernier {
namespace {

Gram constantGram(Index n, float diagonal, float other) {
    Matrix sum(n, n);
    for (Index i = 0; i < n; ++i)
        for (Index j = 0; j < n; ++j)
            sum(i, j) = i == j ? diagonal : other;
    return Gram(std::move(sum), 1);
}

GptqFactor factorise(const Gram& gram, const GptqOptions& options = {}) {
    JobContext job;
    return factoriseGram(gram, options, job);
}

Error failure(const Gram& gram) {
    try {
        factorise(gram);
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorKind::Internal, "", "nothing was thrown");
}

class FactorSize : public testing::TestWithParam<Index> {};

// Sizes on both sides of the tiles that the factorisation works in.
INSTANTIATE_TEST_SUITE_P(Tiles, FactorSize, testing::Values(1, 2, 13, 191, 192, 193, 384, 450));

TEST_P(FactorSize, equalsCholeskyOfTheInverse) {
    const Index n = GetParam();
    const auto layer = test::randomLayer(1, n, 11, 2 * n + 20);
    for (const bool actOrder : {false, true}) {
        const GptqOptions options{.order = actOrder ? ColumnOrder::Activation : ColumnOrder::Natural,
                                  .staticGroups = true};
        const GptqFactor factor = factorise(layer.gram, options);
        const test::NaiveGptq naive = test::naiveGptq(layer.weight, layer.gram, options);
        ASSERT_EQ(factor.order, naive.order);
        EXPECT_THAT(factor.dampHistory, testing::ElementsAre(0.01));
        for (Index i = 0; i < n; ++i) {
            const double diagonal = naive.upper[static_cast<std::size_t>(i * n + i)];
            for (Index j = 0; j < n; ++j)
                ASSERT_NEAR(static_cast<double>(factor.upper(i, j)), naive.upper[static_cast<std::size_t>(i * n + j)],
                            1e-6 * diagonal)
                    << i << ", " << j;
        }
    }
}

TEST(GptqFactor, sameAtAnyThreadCount) {
    const auto layer = test::randomLayer(1, 700, 2);
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    const GptqFactor one = factorise(layer.gram);
    omp_set_num_threads(2);
    const GptqFactor two = factorise(layer.gram);
    omp_set_num_threads(threads);
    EXPECT_TRUE(std::equal(one.upper.values().begin(), one.upper.values().end(), two.upper.values().begin()));
}

TEST(GptqFactor, ordersColumnsByFallingDiagonal) {
    Matrix sum(4, 4);
    sum(0, 0) = 2;
    sum(1, 1) = 5;
    sum(2, 2) = 2;
    sum(3, 3) = 9;
    const GptqFactor factor =
        factorise(Gram(std::move(sum), 3), {.order = ColumnOrder::Activation, .staticGroups = true});
    EXPECT_THAT(factor.order, testing::ElementsAre(3, 1, 0, 2));
    // H = diag(9, 5, 2, 2)/3 plus 0.01 of its mean 1.5.
    EXPECT_NEAR(factor.upper(0, 0), 1 / std::sqrt(3.015), 1e-6);
    EXPECT_NEAR(factor.upper(3, 3), 1 / std::sqrt(2 / 3.0 + 0.015), 1e-6);
}

TEST(GptqFactor, dampsMoreUntilTheGramIsPositiveDefinite) {
    // All ones has rank 1: exactly singular without damping.
    EXPECT_THAT(factorise(constantGram(300, 1, 1), {.dampPercent = 0}).dampHistory, testing::ElementsAre(0, 0.01));
    // Eigenvalue 1 − 1.025 = −0.025 needs more than two hundredths of the mean diagonal.
    EXPECT_THAT(factorise(constantGram(300, 1, 1.025f)).dampHistory,
                testing::ElementsAre(0.01, 0.02, testing::DoubleNear(0.03, 1e-12)));
}

TEST(GptqFactor, tellsTheDampingThatDidNotHelp) {
    const Error error = failure(constantGram(3, 1, 5));
    EXPECT_EQ(error.kind(), ErrorKind::Numeric);
    EXPECT_THAT(error.what(), testing::HasSubstr("0.01, 0.02, … 0.99"));
}

TEST(GptqFactor, refusesGramsWithoutContent) {
    EXPECT_EQ(failure(Gram(8)).kind(), ErrorKind::Input);
    EXPECT_EQ(failure(constantGram(8, 0, 0)).kind(), ErrorKind::Input);
    EXPECT_EQ(failure(constantGram(8, std::nanf(""), 0)).kind(), ErrorKind::Numeric);
    EXPECT_EQ(failure(constantGram(8, 1, std::nanf(""))).kind(), ErrorKind::Numeric);
    EXPECT_EQ(failure(constantGram(8, std::numeric_limits<float>::infinity(), 0)).kind(), ErrorKind::Numeric);
}

} // namespace
} // namespace vernier
