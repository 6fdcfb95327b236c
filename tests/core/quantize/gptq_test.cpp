#include "core/quantize/gptq.h"

#include "core/base/error.h"
#include "core/quantize/output_error.h"
#include "core/quantize/rtn.h"
#include "tests/core/quantize/naive_gptq.h"
#include "tests/core/quantize/random_layer.h"

#include <cmath>
#include <limits>
#include <stop_token>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>

namespace vernier {
namespace {

using test::RandomLayer;

struct Case {
    const char* name;
    Index out, in;
    GptqOptions options;
    bool deadColumns = false;
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << c.name;
}

RandomLayer layerOf(const Case& c) {
    RandomLayer layer = test::randomLayer(c.out, c.in, 7);
    if (!c.deadColumns)
        return layer;
    Matrix sum(c.in, c.in);
    for (Index i = 0; i < c.in; ++i)
        for (Index j = 0; j < c.in; ++j)
            sum(i, j) = i % 50 == 3 || j % 50 == 3 ? 0.0f : layer.gram.sum()(i, j);
    layer.gram = Gram(std::move(sum), layer.gram.tokens());
    return layer;
}

GptqResult solve(const RandomLayer& layer, const GptqOptions& options) {
    JobContext job;
    return quantizeGptq(layer.weight.view(), factoriseGram(layer.gram, options, job), options, job);
}

double meanDiagonal(const Gram& gram) {
    double sum = 0;
    for (Index i = 0; i < gram.in(); ++i)
        sum += static_cast<double>(gram.sum()(i, i));
    return sum / static_cast<double>(gram.tokens()) / static_cast<double>(gram.in());
}

class GptqAgainstNaive : public testing::TestWithParam<Case> {};

TEST_P(GptqAgainstNaive, choosesTheSameCodes) {
    const Case& c = GetParam();
    const RandomLayer layer = layerOf(c);
    const GptqResult result = solve(layer, c.options);
    const test::NaiveGptq naive = test::naiveGptq(layer.weight, layer.gram, c.options);
    EXPECT_GE(test::agreement(result.linear.codes, naive.codes), 0.999);
    EXPECT_EQ(result.deadColumns, c.deadColumns ? (c.in - 4) / 50 + 1 : 0);
}

// With E = (W − Q) in units of U's diagonal, W − Q = E U, so that ‖E‖² is the error under the damped Gram and no
// estimate.
TEST_P(GptqAgainstNaive, lossIsTheErrorUnderTheDampedGram) {
    const Case& c = GetParam();
    RandomLayer layer = layerOf(c);
    const GptqResult result = solve(layer, c.options);
    for (Index row = 0; row < c.out; ++row)
        for (Index col = 0; col < c.in; ++col)
            if (layer.gram.sum()(col, col) == 0.0f)
                layer.weight(row, col) = 0.0f;
    const double damp = c.options.dampPercent * meanDiagonal(layer.gram);
    const double expected = test::naiveError(layer.weight, result.linear.dequantize(), layer.gram, damp);
    EXPECT_NEAR(result.loss, expected, 1e-4 * expected);
}

TEST_P(GptqAgainstNaive, beatsRoundToNearest) {
    const Case& c = GetParam();
    const RandomLayer layer = layerOf(c);
    const Matrix gptq = solve(layer, c.options).linear.dequantize();
    const Matrix rtn = quantizeRtn(layer.weight.view(), c.options.scheme).dequantize();
    EXPECT_LT(test::naiveError(layer.weight, gptq, layer.gram), 0.9 * test::naiveError(layer.weight, rtn, layer.gram));
}

INSTANTIATE_TEST_SUITE_P(
    Options, GptqAgainstNaive,
    testing::Values(
        Case{"groups_of_64", 70, 256, {.scheme = {3, 64, false}}},
        Case{"ragged_last_group", 64, 172, {.scheme = {4, 64, false}}},
        Case{"groups_across_blocks", 33, 300, {.scheme = {3, 96, false}, .blockColumns = 64}},
        Case{"one_group_per_row", 40, 200, {.scheme = {4, -1, false}}},
        Case{"group_wider_than_the_row", 40, 100, {.scheme = {4, 128, true}}},
        Case{"symmetric", 130, 200, {.scheme = {4, 128, true}}}, Case{"two_bits", 40, 192, {.scheme = {2, 32, false}}},
        Case{"eight_bits", 40, 192, {.scheme = {8, 32, false}}},
        Case{"static_groups", 40, 200, {.scheme = {3, 64, false}, .staticGroups = true}},
        Case{"act_order", 70, 300, {.scheme = {3, 64, false}, .order = ColumnOrder::Activation, .staticGroups = true}},
        Case{"act_order_per_row", 40, 200, {.scheme = {4, -1, true}, .order = ColumnOrder::Activation}},
        Case{"strong_damping", 40, 200, {.scheme = {3, 64, false}, .dampPercent = 0.1}},
        Case{"dead_columns", 40, 200, {.scheme = {3, 64, false}}, true},
        Case{"dead_columns_per_row", 40, 200, {.scheme = {3, -1, true}}, true},
        Case{"scattered_groups", 70, 300, {.scheme = {3, 64, false}, .order = ColumnOrder::Activation}},
        Case{"group_aware", 70, 300, {.scheme = {3, 64, false}, .order = ColumnOrder::GroupAware}},
        Case{"group_aware_narrow",
             40,
             200,
             {.scheme = {4, 32, false}, .order = ColumnOrder::GroupAware, .groupGrids = GroupGrids::Compensated}},
        Case{"compensated", 70, 300, {.scheme = {3, 32, false}, .groupGrids = GroupGrids::Compensated}},
        Case{"compensated_across_blocks",
             33,
             300,
             {.scheme = {3, 96, false}, .blockColumns = 64, .groupGrids = GroupGrids::Compensated}},
        Case{"dead_columns_act_order",
             40,
             200,
             {.scheme = {3, 64, false}, .order = ColumnOrder::Activation, .staticGroups = true},
             true}),
    [](const auto& test) { return test.param.name; });

TEST(Gptq, correctsTheDriftOfInputsAsTheNaiveFormSays) {
    const RandomLayer layer = test::randomLayer(40, 200, 21), other = test::randomLayer(200, 200, 22);
    Matrix drift(200, 200);
    for (Index i = 0; i < 200 * 200; ++i) // some hundredths of the Gram, not symmetric
        drift.data()[i] = 0.05f * layer.gram.sum().data[i] + 3.0f * other.weight.data()[i];
    GptqOptions options{.scheme = {3, 64, false}, .driftCorrection = 0.25};
    JobContext job;
    const GptqFactor factor = factoriseGram(layer.gram, options, job, &drift);
    const GptqResult result = quantizeGptq(layer.weight.view(), factor, options, job);
    const test::NaiveGptq naive = test::naiveGptq(layer.weight, layer.gram, options, &drift);
    EXPECT_GE(test::agreement(result.linear.codes, naive.codes), 0.999);
    EXPECT_LT(test::agreement(result.linear.codes, solve(layer, options).linear.codes), 0.99) << "the drift counts";
}

TEST(Gptq, deadColumnsBecomeZero) {
    const RandomLayer layer = layerOf({"", 20, 120, {}, true});
    const Matrix weight = solve(layer, {.scheme = {3, 32, false}}).linear.dequantize();
    for (Index row = 0; row < 20; ++row) {
        EXPECT_EQ(weight(row, 3), 0.0f);
        EXPECT_EQ(weight(row, 53), 0.0f);
    }
}

TEST(Gptq, dampingScalesWithTheGram) {
    const RandomLayer layer = layerOf({"", 20, 120, {}, true});
    Matrix larger = Matrix(120, 120);
    for (Index i = 0; i < 120 * 120; ++i)
        larger.data()[i] = 1024.0f * layer.gram.sum().data[i];
    RandomLayer scaled{layer.weight.clone(), Gram(std::move(larger), layer.gram.tokens()), {}};
    const GptqOptions options{.scheme = {3, 32, false}};
    EXPECT_EQ(solve(layer, options).linear.codes, solve(scaled, options).linear.codes);
}

TEST(Gptq, sameAtAnyThreadCount) {
    const RandomLayer layer = test::randomLayer(300, 500, 3);
    const GptqOptions options{.scheme = {3, 64, false}};
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    const GptqResult one = solve(layer, options);
    omp_set_num_threads(2);
    const GptqResult two = solve(layer, options);
    omp_set_num_threads(threads);
    EXPECT_EQ(one.linear.codes, two.linear.codes);
    EXPECT_EQ(one.linear.scales, two.linear.scales);
    EXPECT_EQ(one.linear.zeros, two.linear.zeros);
    EXPECT_EQ(one.loss, two.loss);
}

TEST(Gptq, takesRowsOfALargerMatrix) {
    const RandomLayer layer = test::randomLayer(40, 120, 5);
    Matrix wide(40, 200);
    for (Index row = 0; row < 40; ++row)
        std::copy_n(layer.weight.view().row(row), 120, wide.view().row(row) + 30);
    const GptqOptions options{.scheme = {3, 32, false}};
    JobContext job;
    const GptqFactor factor = factoriseGram(layer.gram, options, job);
    EXPECT_EQ(quantizeGptq(wide.view().colRange(30, 120), factor, options, job).linear.codes,
              quantizeGptq(layer.weight.view(), factor, options, job).linear.codes);
}

TEST(Gptq, stopsWhenCancelled) {
    const RandomLayer layer = test::randomLayer(40, 120, 5);
    const GptqOptions options{.scheme = {3, 32, false}};
    JobContext job;
    const GptqFactor factor = factoriseGram(layer.gram, options, job);
    std::stop_source stop;
    stop.request_stop();
    JobContext stopped(stop.get_token(), {}, {});
    try {
        quantizeGptq(layer.weight.view(), factor, options, stopped);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Cancelled);
    }
    EXPECT_THROW(factoriseGram(layer.gram, options, stopped), Error);
}

TEST(Gptq, refusesWeightsThatAreNotFinite) {
    RandomLayer layer = test::randomLayer(40, 120, 5);
    layer.weight(17, 33) = std::numeric_limits<float>::infinity();
    try {
        solve(layer, {.scheme = {3, 32, false}});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Numeric);
        EXPECT_THAT(error.what(), testing::HasSubstr("row 17, column 33"));
    }
}

TEST(Gptq, refusesOptionsOutOfRange) {
    const auto message = [](const GptqOptions& options) -> std::string {
        try {
            options.validate();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Input);
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(message({}), "");
    EXPECT_EQ(message({.order = ColumnOrder::Activation, .staticGroups = true}), "");
    EXPECT_THAT(message({.scheme = {.bits = 9}}), testing::StartsWith("bits: 9"));
    EXPECT_THAT(message({.dampPercent = 1.0}), testing::StartsWith("damp_percent"));
    EXPECT_THAT(message({.dampPercent = std::nan("")}), testing::StartsWith("damp_percent"));
    EXPECT_THAT(message({.blockColumns = 0}), testing::StartsWith("block_columns"));
    EXPECT_EQ(message({.order = ColumnOrder::Activation}), "");
    EXPECT_THAT(message({.scheme = Scheme::of(NumberFormat::Q4_0), .order = ColumnOrder::Activation}),
                testing::AllOf(testing::StartsWith("order"), testing::HasSubstr("static_groups")));
}

} // namespace
} // namespace vernier
