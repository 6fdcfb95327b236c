#include "core/base/error.h"
#include "core/quantize/rtn.h"
#include "core/quantize/weight_map.h"
#include "core/quantize/weight_numbers.h"

#include <cmath>
#include <map>
#include <random>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Matrix noise(Index rows, Index columns, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    Matrix weight(rows, columns);
    for (Index row = 0; row < rows; ++row)
        for (Index column = 0; column < columns; ++column)
            weight(row, column) = normal(random) * (column % 7 == 3 ? 3.0F : 1.0F);
    return weight;
}

LinearWeights pair(Matrix weight, QuantizedLinear codes) {
    LinearWeights linear{std::move(weight), std::move(codes), {}};
    linear.dequantized = linear.codes->dequantize();
    return linear;
}

/// Levels and groups that do not sit on a power of two, a column list, and one row per grid.
LinearWeights withGroupIndex() {
    QuantizedLinear codes = emptyLinear({.bits = 3, .groupSize = 2, .symmetric = false}, 2, 4);
    codes.groupIndex = {1, 0, 1, 0};
    codes.scales = {0.5F, 2.0F, 1.0F, 4.0F};
    codes.zeros = {1, 4, 5, 0};
    codes.codes = {0, 1, 7, 3, 4, 4, 7, 0};
    Matrix weight(2, 4);
    const float values[2][4] = {{-8.5F, 0.25F, 5, 1}, {17, -1, 28, -4}};
    for (Index row = 0; row < 2; ++row)
        for (Index column = 0; column < 4; ++column)
            weight(row, column) = values[row][column];
    return pair(std::move(weight), std::move(codes));
}

TEST(WeightNumbers, AreThoseWorkedOutByHandWithAGroupIndex) {
    // Dequantized: −8 0 6 1 / 16 −1 28 −5; errors 0.5 −0.25 1 0 / −1 0 0 −1.
    const LinearWeights linear = withGroupIndex();
    const WeightNumbers numbers = weightNumbers(linear, {});
    const double squares = 8.5 * 8.5 + 0.0625 + 25 + 1 + 289 + 1 + 784 + 16;
    EXPECT_DOUBLE_EQ(numbers.relativeError, 3.3125 / squares);
    EXPECT_DOUBLE_EQ(numbers.sqnrDb, 10 * std::log10(squares / 3.3125));
    EXPECT_DOUBLE_EQ(numbers.rms, std::sqrt(squares / 8));
    EXPECT_EQ(numbers.largest, 28);
    EXPECT_EQ(numbers.largestError, 1);
    EXPECT_EQ(numbers.worstRow, 0);
    EXPECT_EQ(numbers.worstColumn, 2);
    EXPECT_EQ(numbers.groups, 2);
    EXPECT_EQ(numbers.scales.low, 0.5);
    EXPECT_EQ(numbers.scales.high, 4);
    EXPECT_EQ(numbers.zeros->low, 0);
    EXPECT_EQ(numbers.zeros->high, 5);
    EXPECT_FALSE(numbers.minimums);
    ASSERT_EQ(numbers.usage.levels.size(), 8u);
    const std::uint64_t counts[] = {2, 1, 0, 1, 2, 0, 0, 2};
    for (std::size_t code = 0; code < 8; ++code) {
        EXPECT_EQ(numbers.usage.levels[code].value, static_cast<double>(code));
        EXPECT_EQ(numbers.usage.levels[code].count, counts[code]) << code;
    }
    EXPECT_EQ(numbers.usage.unused(), 3);
    EXPECT_DOUBLE_EQ(numbers.usage.endShare(), 0.5);
}

TEST(WeightNumbers, OfAnUnquantizedWeightAreThoseOfTheOriginal) {
    const WeightNumbers numbers = weightNumbers({noise(3, 5, 1), {}, {}}, {});
    EXPECT_GT(numbers.rms, 0);
    EXPECT_TRUE(numbers.usage.levels.empty());
    EXPECT_EQ(numbers.relativeError, 0);
}

TEST(CodeUsage, CountsTheNumbersOfFloatFormatsWithOneZero) {
    struct Case {
        NumberFormat format;
        std::size_t levels;
        double largest;
    };
    for (const Case& known :
         {Case{NumberFormat::Mxfp4, 15, 6}, {NumberFormat::Nvfp4, 15, 6}, {NumberFormat::Fp8E4M3, 253, 448}}) {
        const LinearWeights linear = [&] {
            Matrix weight = noise(16, 64, 3);
            QuantizedLinear codes = quantizeRtn(weight.view(), Scheme::of(known.format));
            return pair(std::move(weight), std::move(codes));
        }();
        const CodeUsage usage = codeUsage(*linear.codes);
        ASSERT_EQ(usage.levels.size(), known.levels) << name(known.format);
        EXPECT_EQ(usage.levels.front().value, -known.largest);
        EXPECT_EQ(usage.levels.back().value, known.largest);
        EXPECT_EQ(usage.weights(), 16u * 64u);
        // What the dequantized weight is in units of its scale says the same.
        std::map<double, std::uint64_t> counted;
        for (Index row = 0; row < 16; ++row)
            for (Index column = 0; column < 64; ++column) {
                const auto scale = double{linear.codes->scales[static_cast<std::size_t>(
                    row * linear.codes->groups() + linear.codes->groupOf(column))]};
                const double value = double{linear.dequantized(row, column)} / scale;
                for (const CodeLevel& level : usage.levels)
                    if (std::abs(level.value - value) <= 1e-5 * std::abs(value))
                        ++counted[level.value];
            }
        for (const CodeLevel& level : usage.levels)
            EXPECT_EQ(level.count, counted[level.value]) << name(known.format) << ' ' << level.value;
        EXPECT_EQ(usage.unused(), static_cast<int>(known.levels - counted.size()) +
                                      static_cast<int>(std::ranges::count_if(
                                          counted, [](const auto& entry) { return entry.second == 0; })));
    }
}

TEST(CodeUsage, SortsTheLevelsAndKeepsUnusedOnes) {
    QuantizedLinear codes = emptyLinear(Scheme::of(NumberFormat::Mxfp4), 1, 32);
    codes.codes.assign(32, 8); // −0
    codes.codes[0] = 0;        // 0
    codes.codes[1] = 15;       // −6
    codes.codes[2] = 1;        // 0.5
    const CodeUsage usage = codeUsage(codes);
    ASSERT_EQ(usage.levels.size(), 15u);
    EXPECT_EQ(usage.levels[0].value, -6);
    EXPECT_EQ(usage.levels[0].count, 1u);
    EXPECT_EQ(usage.levels[7].value, 0);
    EXPECT_EQ(usage.levels[7].count, 30u);
    EXPECT_EQ(usage.levels[8].count, 1u);
    EXPECT_EQ(usage.unused(), 12);
    EXPECT_DOUBLE_EQ(usage.endShare(), 1.0 / 32);
}

TEST(WeightMap, ShowsEveryElementWhereTheyFit) {
    const LinearWeights linear = withGroupIndex();
    const WeightRegion all{0, 0, 2, 4};
    const WeightMap error = weightMap(linear, WeightQuantity::Error, all, 16, {});
    EXPECT_TRUE(error.isExact());
    const float errors[2][4] = {{0.5F, -0.25F, 1, 0}, {-1, 0, 0, -1}};
    const WeightMap codes = weightMap(linear, WeightQuantity::Codes, all, 16, {});
    for (Index row = 0; row < 2; ++row)
        for (Index column = 0; column < 4; ++column) {
            EXPECT_EQ(error.cells(row, column), errors[row][column]);
            EXPECT_EQ(codes.cells(row, column), float(linear.codes->codes[static_cast<std::size_t>(row * 4 + column)]));
            EXPECT_EQ(valueAt(linear, WeightQuantity::Error, row, column), double{errors[row][column]});
        }
    const WeightMap scales = weightMap(linear, WeightQuantity::Scales, {0, 0, 2, 2}, 16, {});
    EXPECT_EQ(scales.cells(1, 1), 4.0F);
    const WeightMap zeros = weightMap(linear, WeightQuantity::Zeros, {1, 0, 1, 2}, 16, {});
    EXPECT_EQ(zeros.cells(0, 0), 5.0F);
}

TEST(WeightMap, KeepsTheLargestOfEveryBlockWithItsSign) {
    Matrix weight = noise(61, 130, 5);
    QuantizedLinear quantized = quantizeRtn(weight.view(), {.bits = 4, .groupSize = 32, .symmetric = false});
    const LinearWeights linear = pair(std::move(weight), std::move(quantized));
    const WeightRegion region{3, 10, 50, 101};
    for (const WeightQuantity quantity : quantitiesOf(linear)) {
        const bool groups = quantity == WeightQuantity::Scales || quantity == WeightQuantity::Zeros;
        const WeightMap map =
            weightMap(linear, quantity, groups ? WeightRegion{3, 1, 50, 4} : region, groups ? 3 : 16, {});
        const Index firstColumn = groups ? 1 : 10, columns = groups ? 4 : 101;
        EXPECT_EQ(map.rowsPerCell, groups ? 17 : 4);
        EXPECT_EQ(map.columnsPerCell, groups ? 2 : 7);
        ASSERT_EQ(map.cells.rows(), groups ? 3 : 13);
        ASSERT_EQ(map.cells.cols(), groups ? 2 : 15);
        for (Index i = 0; i < map.cells.rows(); ++i)
            for (Index j = 0; j < map.cells.cols(); ++j) {
                double furthest = -1;
                for (Index row = 3 + i * map.rowsPerCell; row < std::min<Index>(53, 3 + (i + 1) * map.rowsPerCell);
                     ++row)
                    for (Index c = firstColumn + j * map.columnsPerCell;
                         c < std::min(firstColumn + columns, firstColumn + (j + 1) * map.columnsPerCell); ++c) {
                        double middle = 0;
                        if (quantity == WeightQuantity::Zeros)
                            middle = 8;
                        if (quantity == WeightQuantity::Codes)
                            middle = linear.codes->zeros[static_cast<std::size_t>(row * 5 + c / 32)];
                        furthest = std::max(furthest, std::abs(valueAt(linear, quantity, row, c) - middle));
                        if (!groups && quantity != WeightQuantity::Codes) {
                            EXPECT_LE(std::abs(valueAt(linear, quantity, row, c)),
                                      double{std::abs(map.cells(i, j))} * (1 + 1e-6));
                        }
                    }
                if (!groups && quantity != WeightQuantity::Codes) {
                    EXPECT_FLOAT_EQ(std::abs(map.cells(i, j)), static_cast<float>(furthest));
                }
            }
    }
    EXPECT_THAT(
        [&] {
            weightMap(linear, WeightQuantity::Error, {61, 0, 4, 4}, 16, {});
        },
        ThrowsMessage<Error>(HasSubstr("outside")));
}

TEST(WeightMap, KnowsWhatEachFormatHas) {
    const auto quantities = [](NumberFormat format) {
        Matrix weight = noise(4, 64, 7);
        QuantizedLinear codes = quantizeRtn(weight.view(), Scheme::of(format));
        return pair(std::move(weight), std::move(codes));
    };
    using enum WeightQuantity;
    EXPECT_EQ(quantitiesOf({noise(2, 2, 1), {}, {}}), std::vector{Original});
    EXPECT_EQ(quantitiesOf(quantities(NumberFormat::Nvfp4)),
              (std::vector{Original, Dequantized, Error, Codes, Scales}));
    const LinearWeights lifted = quantities(NumberFormat::Q4_1);
    EXPECT_EQ(quantitiesOf(lifted), (std::vector{Original, Dequantized, Error, Codes, Scales, Minimums}));
    EXPECT_EQ(quantitiesOf(quantities(NumberFormat::Q4_0)),
              (std::vector{Original, Dequantized, Error, Codes, Scales, Zeros}));
    EXPECT_THAT([&] { factsOf(lifted, Zeros); }, ThrowsMessage<vernier::Error>(HasSubstr("does not have")));
    const WeightNumbers numbers = weightNumbers(lifted, {});
    EXPECT_LT(numbers.minimums->low, 0);
    EXPECT_FALSE(numbers.zeros);
    // d · code + m of every group.
    for (Index row = 0; row < 4; ++row)
        for (Index column = 0; column < 64; ++column)
            EXPECT_NEAR(valueAt(lifted, Codes, row, column) * valueAt(lifted, Scales, row, column / 32) +
                            valueAt(lifted, Minimums, row, column / 32),
                        valueAt(lifted, Dequantized, row, column), 1e-5);
}

TEST(QuantityFacts, ReachAcrossAllButAThousandth) {
    Matrix weight(100, 100);
    for (Index i = 0; i < 100 * 100; ++i)
        weight(i / 100, i % 100) = static_cast<float>(i % 2 ? -i : i);
    const QuantityFacts facts = factsOf({std::move(weight), {}, {}}, WeightQuantity::Original);
    EXPECT_EQ(facts.rows, 100);
    EXPECT_TRUE(facts.isSigned);
    EXPECT_EQ(facts.high, 9990); // ⌈0.999 · 9999⌉ of 0 … 9999
    EXPECT_EQ(facts.low, -9990);
    const QuantityFacts codes = factsOf(withGroupIndex(), WeightQuantity::Codes);
    EXPECT_FALSE(codes.isSigned);
    EXPECT_EQ(codes.low, 0);
    EXPECT_EQ(codes.high, 7);
    const QuantityFacts scales = factsOf(withGroupIndex(), WeightQuantity::Scales);
    EXPECT_EQ(scales.columns, 2);
    EXPECT_EQ(scales.low, 0.5);
    EXPECT_EQ(scales.high, 4);
}

} // namespace
} // namespace vernier
