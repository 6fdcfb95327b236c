#include "core/tensor/vector_math.h"

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace vernier {
namespace {

std::vector<float> ramp(std::size_t n, float from, float to) {
    std::vector<float> values(n);
    for (std::size_t i = 0; i < n; ++i)
        values[i] = from + (to - from) * static_cast<float>(i) / static_cast<float>(n - 1);
    return values;
}

TEST(VectorMath, ExponentialIsWithinAFewUnitsInTheLastPlace) {
    auto values = ramp(100001, -86.5f, 88.0f);
    const auto inputs = values;
    expInPlace(values.data(), static_cast<Index>(values.size()));
    for (std::size_t i = 0; i < values.size(); ++i)
        ASSERT_NEAR(values[i] / std::exp(double{inputs[i]}), 1.0, 3e-7) << inputs[i];
    float tiny = -100.0f;
    expInPlace(&tiny, 1);
    EXPECT_EQ(tiny, 0.0f);
}

TEST(VectorMath, NormalisesRows) {
    const auto x = ramp(37, -3, 5);
    const std::vector<float> w(37, 2.0f);
    std::vector<float> y(37);
    rmsNormRow(x.data(), w.data(), 1e-5f, 37, y.data());
    double squares = 0;
    for (const float v : x)
        squares += double{v} * v;
    for (std::size_t i = 0; i < 37; ++i)
        EXPECT_NEAR(y[i], 2 * x[i] / std::sqrt(squares / 37 + 1e-5), 1e-6);
}

TEST(VectorMath, SoftmaxAndLogSumExpAgreeWithDoublePrecision) {
    for (const std::size_t n : {1, 31, 32, 1000}) {
        auto x = ramp(n == 1 ? 2 : n, -40, 12);
        x.resize(n);
        double sum = 0;
        for (const float v : x)
            sum += std::exp(double{v});
        EXPECT_NEAR(logSumExp(x.data(), static_cast<Index>(n)), std::log(sum), 1e-6);
        const auto original = x;
        softmaxRow(x.data(), static_cast<Index>(n));
        for (std::size_t i = 0; i < n; ++i)
            EXPECT_NEAR(x[i], std::exp(double{original[i]}) / sum, 1e-6);
    }
}

TEST(VectorMath, RotatesPairsByTheAngle) {
    std::vector<float> v = {1, 0, 0, 2};
    const std::vector<float> cosine = {0, 1}, sine = {1, 0};
    rotateHalves(v.data(), cosine.data(), sine.data(), 2);
    EXPECT_EQ(v, (std::vector<float>{0, 0, 1, 2}));
}

} // namespace
} // namespace vernier
