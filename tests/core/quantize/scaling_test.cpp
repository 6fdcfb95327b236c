#include "core/quantize/awq.h"
#include "core/quantize/awq_clip.h"
#include "core/quantize/input_scaling.h"
#include "core/quantize/mean_squares.h"
#include "core/quantize/output_error.h"
#include "core/quantize/rtn.h"
#include "tests/core/quantize/random_layer.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

// The clip search of one group, everything in double and by the definition of its error.
double naiveLimit(const std::vector<double>& v, Index first, const Gram& gram, const Scheme& scheme) {
    double largest = 0;
    for (const double value : v)
        largest = std::max(largest, std::abs(value));
    double least = 0, best = largest;
    for (int step = 0; step < 10; ++step) {
        const double limit = largest * (1 - step / 20.0);
        double low = 0, high = 0;
        for (const double value : v) {
            low = std::min(low, std::clamp(value, -limit, limit));
            high = std::max(high, std::clamp(value, -limit, limit));
        }
        const double scale = (high - low) / (scheme.levels() - 1), zero = std::nearbyint(-low / scale);
        std::vector<double> d;
        for (const double value : v) {
            const double code = std::clamp(std::nearbyint(std::clamp(value, -limit, limit) / scale) + zero, 0.0,
                                           static_cast<double>(scheme.levels() - 1));
            d.push_back(scale * (code - zero) - value);
        }
        double error = 0;
        for (std::size_t i = 0; i < d.size(); ++i)
            for (std::size_t j = 0; j < d.size(); ++j)
                error += d[i] * d[j] *
                         static_cast<double>(gram.sum()(first + static_cast<Index>(i), first + static_cast<Index>(j)));
        if (step == 0 || error < least) {
            least = error;
            best = limit;
        }
    }
    return best;
}

TEST(AwqClip, findsTheLimitsOfTheNaiveSearch) {
    const test::RandomLayer layer = test::randomLayer(12, 96, 4);
    const Scheme scheme{3, 32, false};
    RtnOptions rounding;
    rounding.scheme = scheme;
    const Matrix limits = findAwqClip(layer.weight.view(), layer.gram, rounding, {}, {});
    ASSERT_EQ(limits.rows(), 12);
    ASSERT_EQ(limits.cols(), 3);
    for (Index row = 0; row < 12; ++row)
        for (Index group = 0; group < 3; ++group) {
            const float* w = layer.weight.view().row(row) + group * 32;
            const double limit = naiveLimit(std::vector<double>(w, w + 32), group * 32, layer.gram, scheme);
            EXPECT_NEAR(static_cast<double>(limits(row, group)), limit, 1e-6 * limit);
        }
    rounding.clip = limits.view();
    const double clipped =
        outputError(layer.weight.view(), quantizeRtn(layer.weight.view(), rounding).dequantize().view(), layer.gram)
            .error;
    const double plain =
        outputError(layer.weight.view(), quantizeRtn(layer.weight.view(), scheme).dequantize().view(), layer.gram)
            .error;
    EXPECT_LT(clipped, plain);
}

TEST(Awq, duoScalesLookAtTheWeightsToo) {
    const test::RandomLayer layer = test::randomLayer(40, 64, 5);
    const MatrixView<const float> weights[] = {layer.weight.view()};
    JobContext job;
    AwqOptions options{{3, 64, false}, 4};
    options.duoScaling = DuoScaling::Both;
    const AwqScales found = findAwqScales(weights, layer.gram, layer.meanAbs, options, job);
    ASSERT_EQ(found.candidates.size(), 8u);
    EXPECT_FALSE(found.candidates[3].duo);
    EXPECT_TRUE(found.candidates[4].duo);
    const auto least = std::ranges::min_element(found.candidates, {}, &AwqCandidate::loss);
    EXPECT_EQ(found.exponent, least->exponent);
    EXPECT_EQ(found.duo, least->duo);
    // At exponent 0 duo scales are those of the weights alone.
    options.duoScaling = DuoScaling::Only;
    options.gridPoints = 1;
    const AwqScales only = findAwqScales(weights, layer.gram, layer.meanAbs, options, job);
    std::vector<double> mean(64);
    for (Index row = 0; row < 40; ++row) {
        float largest = 0;
        for (Index c = 0; c < 64; ++c)
            largest = std::max(largest, std::abs(layer.weight(row, c)));
        for (Index c = 0; c < 64; ++c)
            mean[static_cast<std::size_t>(c)] +=
                static_cast<double>(std::abs(layer.weight(row, c))) / (static_cast<double>(largest) + 1e-6) / 40;
    }
    const double ratio = (1 / (mean[0] + 1e-4)) / (1 / (mean[1] + 1e-4));
    EXPECT_NEAR(only.scales[0] / only.scales[1], ratio, 1e-9 * ratio);
}

TEST(SmoothQuant, sharesTheMagnitudesOfInputsAndWeights) {
    Matrix weight(2, 3);
    weight(0, 0) = 0.5f;
    weight(1, 0) = -2.0f;
    weight(0, 1) = 1.0f;
    const MatrixView<const float> weights[] = {weight.view()};
    const auto scales = smoothScales(weights, std::vector<double>{8.0, 4.0, 1.0}, 0.5);
    EXPECT_DOUBLE_EQ(scales[0], std::sqrt(8.0) / std::sqrt(2.0));
    EXPECT_DOUBLE_EQ(scales[1], 2.0);
    EXPECT_DOUBLE_EQ(scales[2], 1.0 / std::sqrt(1e-5)); // a column of zeros counts as 1e-5
    EXPECT_DOUBLE_EQ(smoothScales(weights, std::vector<double>{8.0, 4.0, 1.0}, 1.0)[0], 8.0);
}

TEST(Rtn, whatScalesMultiplyTheyDivideOut) {
    const test::RandomLayer layer = test::randomLayer(6, 64, 9);
    std::vector<double> input(64), output(6);
    for (std::size_t i = 0; i < input.size(); ++i)
        input[i] = std::exp2(static_cast<double>(i % 5) - 2);
    for (std::size_t i = 0; i < output.size(); ++i)
        output[i] = 1.0 + static_cast<double>(i);
    RtnOptions options;
    options.scheme = {8, 64, false};
    options.inputScales = input;
    options.outputScales = output;
    const QuantizedLinear linear = quantizeRtn(layer.weight.view(), options);
    const Matrix stored = linear.storedWeight(), effective = linear.dequantize();
    for (Index row = 0; row < 6; ++row)
        for (Index c = 0; c < 64; ++c) {
            const auto r = static_cast<std::size_t>(row), i = static_cast<std::size_t>(c);
            const double step = static_cast<double>(linear.scales[r]);
            EXPECT_NEAR(static_cast<double>(stored(row, c)),
                        static_cast<double>(layer.weight(row, c)) * input[i] / output[r], 0.51 * step);
            EXPECT_NEAR(static_cast<double>(effective(row, c)),
                        static_cast<double>(stored(row, c)) * output[r] / input[i], 1e-6);
        }
}

TEST(ScaledGram, isThatOfDividedInputs) {
    const test::RandomLayer layer = test::randomLayer(4, 16, 1);
    std::vector<double> scales(16, 2.0);
    scales[3] = 4.0;
    const Gram scaled = scaledGram(layer.gram, scales);
    EXPECT_FLOAT_EQ(scaled.sum()(0, 1), layer.gram.sum()(0, 1) / 4);
    EXPECT_FLOAT_EQ(scaled.sum()(3, 1), layer.gram.sum()(3, 1) / 8);
    EXPECT_FLOAT_EQ(scaled.sum()(3, 3), layer.gram.sum()(3, 3) / 16);
    EXPECT_EQ(scaled.tokens(), layer.gram.tokens());
    EXPECT_DOUBLE_EQ(meanSquares(scaled)[0],
                     static_cast<double>(scaled.sum()(0, 0)) / static_cast<double>(scaled.tokens()));
}

} // namespace
} // namespace vernier
