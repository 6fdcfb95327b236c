#include "core/tensor/activations.h"

#include "core/tensor/vector_math.h"

#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace vernier {
namespace {

double expected(Activation f, double x) {
    switch (f) {
    case Activation::Silu:
        return x / (1 + std::exp(-x));
    case Activation::Gelu:
        return 0.5 * x * std::erfc(-x / std::numbers::sqrt2);
    case Activation::GeluTanh:
        return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
    case Activation::QuickGelu:
        return x / (1 + std::exp(-1.702 * x));
    case Activation::Relu:
        return std::max(x, 0.0);
    }
    return 0;
}

class EveryActivation : public testing::TestWithParam<Activation> {};

TEST_P(EveryActivation, IsWithinAFewUnitsOfDoublePrecision) {
    std::vector<float> x;
    for (int i = -4000; i <= 4000; ++i)
        x.push_back(static_cast<float>(i) * 0.005f);
    const auto n = std::ssize(x);
    std::vector<float> plain(x.size()), gated(x.size());
    const std::vector<float> up(x.size(), 3.0f);
    activateRow(GetParam(), x.data(), n, plain.data());
    gateRow(GetParam(), x.data(), up.data(), n, gated.data());
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double want = expected(GetParam(), double{x[i]});
        ASSERT_NEAR(plain[i], want, 1e-6 * (1 + std::abs(want))) << x[i];
        ASSERT_NEAR(gated[i], 3 * want, 3e-6 * (1 + std::abs(want))) << x[i];
    }
    activateRow(GetParam(), x.data(), n, x.data());
    EXPECT_EQ(x, plain); // in place gives the same
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryActivation,
                         testing::Values(Activation::Silu, Activation::Gelu, Activation::GeluTanh,
                                         Activation::QuickGelu, Activation::Relu));

TEST(SoftCap, FollowsTheHyperbolicTangent) {
    std::vector<float> x;
    for (int i = -1000; i <= 1000; ++i)
        x.push_back(static_cast<float>(i) * 0.3f);
    auto capped = x;
    softCapRow(30.0f, capped.data(), std::ssize(capped));
    for (std::size_t i = 0; i < x.size(); ++i)
        ASSERT_NEAR(capped[i], 30 * std::tanh(double{x[i]} / 30), 1e-5) << x[i];
}

TEST(LayerNorm, CentresAndScalesEachRow) {
    std::vector<float> x(70), w(70), b(70), y(70);
    double mean = 0, square = 0;
    for (std::size_t i = 0; i < 70; ++i) {
        const auto t = static_cast<float>(i);
        x[i] = std::sin(t) + 100.0f, w[i] = 1.0f + t / 70, b[i] = -t / 7; // far from 0, where digits could be lost
        mean += double{x[i]} / 70;
    }
    for (const float value : x)
        square += (double{value} - mean) * (double{value} - mean) / 70;
    layerNormRow(x.data(), w.data(), b.data(), 1e-5f, 70, y.data());
    for (std::size_t i = 0; i < 70; ++i)
        EXPECT_NEAR(y[i], (double{x[i]} - mean) / std::sqrt(square + 1e-5) * double{w[i]} + double{b[i]}, 2e-5);
}

} // namespace
} // namespace vernier
