#include "core/quantize/output_error.h"

#include "core/quantize/gptq.h"
#include "core/quantize/rtn.h"
#include "tests/core/quantize/random_layer.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <omp.h>

namespace vernier {
namespace {

TEST(OutputError, isTheMeanSquaredOutputChange) {
    Matrix sum(2, 2);
    sum(0, 0) = 4;
    sum(0, 1) = sum(1, 0) = 1;
    sum(1, 1) = 2;
    const Gram gram(std::move(sum), 2);
    Matrix original(1, 2), changed(1, 2);
    original(0, 0) = 3;
    original(0, 1) = -1;
    changed(0, 0) = 4;
    changed(0, 1) = 1;
    const OutputError error = outputError(original.view(), changed.view(), gram);
    EXPECT_DOUBLE_EQ(error.error, (4 + 2 * 2 + 8) / 2.0);
    EXPECT_DOUBLE_EQ(error.signal, (36 - 6 + 2) / 2.0);
    EXPECT_DOUBLE_EQ(error.relative(), 0.5);
    EXPECT_DOUBLE_EQ(error.sqnrDb(), 10 * std::log10(2.0));
}

// Wider and taller than the panels and row blocks of the computation; GPTQ's errors cancel in the directions of large
// inputs, which is where float sums would show.
TEST(OutputError, equalsTheNaiveSums) {
    const auto layer = test::randomLayer(300, 600, 6, 900);
    const Matrix zero(300, 600);
    const double signal = test::naiveError(layer.weight, zero, layer.gram);
    const GptqOptions options{.scheme = {3, 64, false}};
    JobContext job;
    const QuantizedLinear changed[] = {
        quantizeRtn(layer.weight.view(), options.scheme),
        quantizeGptq(layer.weight.view(), factoriseGram(layer.gram, options, job), options, job).linear};
    for (const QuantizedLinear& linear : changed) {
        const Matrix weight = linear.dequantize();
        const OutputError error = outputError(layer.weight.view(), weight.view(), layer.gram);
        const double expected = test::naiveError(layer.weight, weight, layer.gram);
        EXPECT_NEAR(error.error, expected, 1e-5 * expected);
        EXPECT_NEAR(error.signal, signal, 1e-5 * signal);
    }
}

TEST(OutputError, isZeroForEqualWeights) {
    const auto layer = test::randomLayer(20, 50, 6);
    const OutputError error = outputError(layer.weight.view(), layer.weight.view(), layer.gram);
    EXPECT_EQ(error.error, 0.0);
    EXPECT_EQ(error.relative(), 0.0);
    EXPECT_EQ(error.sqnrDb(), std::numeric_limits<double>::infinity());
}

TEST(OutputError, sameAtAnyThreadCount) {
    const auto layer = test::randomLayer(600, 100, 6);
    const Matrix changed = quantizeRtn(layer.weight.view(), Scheme{3, 64, false}).dequantize();
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    const OutputError one = outputError(layer.weight.view(), changed.view(), layer.gram);
    omp_set_num_threads(2);
    const OutputError two = outputError(layer.weight.view(), changed.view(), layer.gram);
    omp_set_num_threads(threads);
    EXPECT_EQ(one.error, two.error);
    EXPECT_EQ(one.signal, two.signal);
}

} // namespace
} // namespace vernier
