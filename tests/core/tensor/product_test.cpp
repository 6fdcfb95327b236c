#include "core/tensor/gemm.h"
#include "core/tensor/gram_product.h"
#include "core/tensor/packed_weight.h"
#include "tests/support/random_matrix.h"

#include <cstring>
#include <tuple>

#include <gtest/gtest.h>
#include <omp.h>

namespace vernier {
namespace {

using test::randomMatrix;

double naiveDot(MatrixView<const float> a, Index i, MatrixView<const float> b, Index j) {
    double sum = 0;
    for (Index k = 0; k < a.cols; ++k)
        sum += double{a(i, k)} * b(j, k);
    return sum;
}

class PackedWeightShapes : public testing::TestWithParam<std::tuple<Index, Index, Index>> {};

TEST_P(PackedWeightShapes, MultipliesAsDefined) {
    const auto [tokens, in, out] = GetParam();
    const Matrix x = randomMatrix(tokens, in, 1), w = randomMatrix(out, in, 2);
    Matrix y(tokens, out);
    const PackedWeight packed(w.view());
    packed.multiply(x.view(), y.view());
    packed.multiply(x.view(), y.view(), true);
    for (Index i = 0; i < tokens; i += 1 + tokens / 7)
        for (Index j = 0; j < out; ++j)
            EXPECT_NEAR(y(i, j), 2 * naiveDot(x.view(), i, w.view(), j), 2e-4) << i << ',' << j;
}

INSTANTIATE_TEST_SUITE_P(Shapes, PackedWeightShapes,
                         testing::Values(std::tuple{1, 8, 8}, std::tuple{5, 172, 64}, std::tuple{256, 64, 172},
                                         std::tuple{300, 256, 33}, std::tuple{1025, 96, 128}));

TEST(PackedWeight, TakesStridedViews) {
    const Matrix x = randomMatrix(300, 64, 1), w = randomMatrix(16, 32, 2);
    Matrix y(300, 48);
    PackedWeight(w.view()).multiply(x.view().colRange(32, 32), y.view().colRange(16, 16));
    EXPECT_NEAR(y(299, 20), naiveDot(x.view().colRange(32, 32), 299, w.view(), 4), 1e-4);
    EXPECT_EQ(y(299, 15), 0);
    EXPECT_EQ(y(299, 32), 0);
}

TEST(Gram, EqualsTheSumOfOuterProductsOnItsLowerTriangle) {
    const Matrix x = randomMatrix(70, 300, 3);
    Matrix gram(300, 300);
    accumulateLowerGram(x.view(), gram.view());
    accumulateLowerGram(x.view(), gram.view());
    mirrorLower(gram.view());
    for (const auto& [i, j] : {std::pair<Index, Index>{0, 0}, {299, 0}, {280, 260}, {0, 299}, {256, 255}}) {
        double sum = 0;
        for (Index t = 0; t < 70; ++t)
            sum += double{x(t, i)} * x(t, j);
        EXPECT_NEAR(gram(i, j), 2 * sum, 1e-3) << i << ',' << j;
    }
}

class Products : public testing::TestWithParam<Precision> {};

TEST_P(Products, AreBitIdenticalAtAnyThreadCount) {
    if (usablePrecision(GetParam()) != GetParam())
        GTEST_SKIP() << whyNotPrecision(GetParam());
    const Matrix x = randomMatrix(1000, 320, 4), w = randomMatrix(200, 320, 5);
    const int before = omp_get_max_threads();
    Matrix y[2] = {Matrix(1000, 200), Matrix(1000, 200)}, gram[2] = {Matrix(320, 320), Matrix(320, 320)};
    for (const int threads : {1, 2}) {
        omp_set_num_threads(threads);
        PackedWeight(w.view(), GetParam()).multiply(x.view(), y[threads - 1].view());
        accumulateLowerGram(x.view(), gram[threads - 1].view(), GetParam());
        EXPECT_EQ(omp_get_max_threads(), threads); // what compiles products leaves no trace
    }
    omp_set_num_threads(before);
    EXPECT_EQ(std::memcmp(y[0].data(), y[1].data(), y[0].values().size_bytes()), 0);
    EXPECT_EQ(std::memcmp(gram[0].data(), gram[1].data(), gram[0].values().size_bytes()), 0);
}

INSTANTIATE_TEST_SUITE_P(Precisions, Products, testing::Values(Precision::F32, Precision::BF16),
                         [](const auto& info) { return std::string(name(info.param)); });

} // namespace
} // namespace vernier
