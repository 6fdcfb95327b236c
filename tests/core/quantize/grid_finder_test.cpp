#include "core/base/error.h"
#include "core/quantize/float_codes.h"
#include "core/quantize/grid.h"
#include "core/quantize/rtn.h"
#include "tests/core/quantize/random_layer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

std::vector<float> normalValues(Index count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.1f, 1.0f);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values)
        value = normal(random);
    return values;
}

GridParameters gridOf(const std::vector<float>& w, const Scheme& scheme, const RangeOptions& options = {},
                      const double* importance = nullptr) {
    const auto count = static_cast<Index>(w.size());
    return GridFinder(scheme, options, MatrixView<const float>(w.data(), 1, count)).find(w.data(), count, importance);
}

double error(const std::vector<float>& w, const Scheme& scheme, const GridParameters& grid, double norm,
             const double* importance = nullptr) {
    std::vector<std::uint8_t> codes(w.size());
    std::vector<double> values(w.size());
    encodeAll(w.data(), std::ssize(w), grid, scheme, codes.data());
    decodeAll(codes.data(), std::ssize(w), grid, scheme, values.data());
    double sum = 0;
    for (std::size_t i = 0; i < w.size(); ++i)
        sum += (importance ? importance[i] : 1.0) * std::pow(std::abs(values[i] - static_cast<double>(w[i])), norm);
    return sum;
}

// The loop of the published weight quantizer, word by word: 80 shrunken ranges, the first of least error.
GridParameters publishedSearch(const std::vector<float>& w, const Scheme& scheme) {
    const double top = scheme.levels() - 1;
    double low = 0, high = 0;
    for (const float value : w) {
        low = std::min(low, static_cast<double>(value));
        high = std::max(high, static_cast<double>(value));
    }
    if (scheme.symmetric) {
        high = std::max(std::abs(low), high);
        if (low < 0)
            low = -high;
    }
    GridParameters best;
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 80; ++i) {
        const double p = 1 - i / 100.0;
        GridParameters grid;
        grid.scale = (p * high - p * low) / top;
        grid.zero = scheme.symmetric ? (top + 1) / 2 : std::nearbyint(-p * low / grid.scale);
        double sum = 0;
        for (const float value : w) {
            const double code =
                std::clamp(std::nearbyint(static_cast<double>(value) / grid.scale) + grid.zero, 0.0, top);
            sum += std::pow(std::abs(grid.scale * (code - grid.zero) - static_cast<double>(value)), 2.4);
        }
        if (sum < least) {
            least = sum;
            best = grid;
        }
    }
    return best;
}

TEST(GridFinder, searchesRangesAsThePublishedCodeDoes) {
    for (const Scheme& scheme : {Scheme{2, 64, false}, Scheme{3, 64, true}, Scheme{4, 64, false}})
        for (unsigned seed = 0; seed < 20; ++seed) {
            const auto w = normalValues(64, seed);
            const GridParameters grid = gridOf(w, scheme, {.rule = RangeRule::GptqCode, .mseNorm = 2.4});
            const GridParameters published = publishedSearch(w, scheme);
            EXPECT_NEAR(grid.scale, published.scale, 1e-12 * published.scale);
            EXPECT_EQ(grid.zero, published.zero);
        }
}

TEST(GridFinder, publishedCodeClipsRowsWithoutNegativeWeights) {
    const std::vector<float> w = {0.5f, 1.5f, 3.0f};
    const Scheme scheme{4, -1, true};
    EXPECT_DOUBLE_EQ(gridOf(w, scheme, {.rule = RangeRule::GptqCode}).scale, 3.0 / 15);
    EXPECT_DOUBLE_EQ(gridOf(w, scheme).scale, 6.0 / 15);
}

TEST(GridFinder, awqRangesNeedNotHoldZero) {
    const std::vector<float> w = {2.0f, 3.0f, 5.0f};
    const GridParameters grid = gridOf(w, {4, -1, false}, {.rule = RangeRule::AwqCode});
    EXPECT_DOUBLE_EQ(grid.scale, 3.0 / 15);
    EXPECT_EQ(grid.zero, 0.0); // −round(2 / 0.2) clamped
    EXPECT_DOUBLE_EQ(gridOf(w, {4, -1, true}, {.rule = RangeRule::AwqCode}).scale, 5.0 / 7);
}

TEST(GridFinder, weightedSearchAndRefitLowerTheWeightedError) {
    std::mt19937 random(5);
    std::exponential_distribution<double> exponential;
    for (const NumberFormat format :
         {NumberFormat::Integer, NumberFormat::Q4_0, NumberFormat::Q4_1, NumberFormat::Q5_0, NumberFormat::Q5_1,
          NumberFormat::Q8_0, NumberFormat::Nvfp4, NumberFormat::Mxfp4}) {
        SCOPED_TRACE(name(format));
        Scheme scheme = Scheme::of(format);
        if (format == NumberFormat::Integer)
            scheme = {4, 32, true, format, ScaleType::F16};
        double plain = 0, searched = 0, refitted = 0;
        for (unsigned seed = 0; seed < 30; ++seed) {
            const auto w = normalValues(scheme.groupSize, seed);
            std::vector<double> importance(w.size());
            for (double& value : importance)
                value = exponential(random);
            RangeOptions options{.mseNorm = 2, .mseWeighted = true};
            plain += error(w, scheme, gridOf(w, scheme), 2, importance.data());
            searched += error(w, scheme, gridOf(w, scheme, options, importance.data()), 2, importance.data());
            options.refit = true;
            refitted += error(w, scheme, gridOf(w, scheme, options, importance.data()), 2, importance.data());
        }
        EXPECT_LE(searched, plain);
        EXPECT_LE(refitted, searched);
        EXPECT_LT(refitted, 0.999 * plain);
    }
}

TEST(GridFinder, scalesAreWhatFilesHold) {
    const auto isHalf = [](double value) { return roundTo(ScaleType::F16, value) == value; };
    for (unsigned seed = 0; seed < 20; ++seed) {
        const auto w = normalValues(32, seed);
        for (const NumberFormat format :
             {NumberFormat::Q4_0, NumberFormat::Q4_1, NumberFormat::Q5_0, NumberFormat::Q5_1, NumberFormat::Q8_0}) {
            const GridParameters grid = gridOf(w, Scheme::of(format), {.mseNorm = 2, .refit = true});
            EXPECT_TRUE(isHalf(grid.scale));
            EXPECT_TRUE(isHalf(grid.minimum));
        }
        EXPECT_TRUE(isHalf(gridOf(w, {4, 32, false, NumberFormat::Integer, ScaleType::F16}).scale));
        const double power = std::log2(gridOf(w, Scheme::of(NumberFormat::Mxfp4)).scale);
        EXPECT_EQ(power, std::rint(power));
    }
}

// llama.cpp's reference quantizers: d = (value of largest magnitude) / −8, code = trunc(x / d + 8.5) at most 15; and
// d = (max − min) / 15, code = trunc((x − min) / d + 0.5).
TEST(GridFinder, llamaBlocksFollowTheirReferenceQuantizers) {
    for (unsigned seed = 0; seed < 20; ++seed) {
        const auto w = normalValues(32, seed);
        const float extreme = *std::ranges::max_element(w, {}, [](float x) { return std::abs(x); });
        GridParameters grid = gridOf(w, Scheme::of(NumberFormat::Q4_0));
        EXPECT_NEAR(grid.scale, static_cast<double>(extreme) / -8, 1e-3 * std::abs(static_cast<double>(extreme)) / 8);
        std::vector<std::uint8_t> codes(32);
        encodeAll(w.data(), 32, grid, Scheme::of(NumberFormat::Q4_0), codes.data());
        for (std::size_t i = 0; i < 32; ++i) {
            const double shifted = static_cast<double>(w[i]) / grid.scale + 8.5;
            EXPECT_EQ(codes[i], std::min(15, static_cast<int>(shifted))) << shifted;
        }
        const auto [low, high] = std::ranges::minmax(w);
        grid = gridOf(w, Scheme::of(NumberFormat::Q4_1));
        EXPECT_NEAR(grid.scale, static_cast<double>(high - low) / 15, 3e-4);
        EXPECT_NEAR(grid.minimum, static_cast<double>(low), 1e-2);
        EXPECT_NEAR(gridOf(w, Scheme::of(NumberFormat::Q8_0)).scale, static_cast<double>(std::abs(extreme)) / 127,
                    1e-4);
    }
}

TEST(GridFinder, nvfp4ScalesAreE4m3BelowTheTensors) {
    const test::RandomLayer layer = test::randomLayer(8, 64, 3);
    const GridFinder finder(Scheme::of(NumberFormat::Nvfp4), {}, layer.weight.view());
    double largest = 0;
    for (const float value : layer.weight.values())
        largest = std::max(largest, std::abs(static_cast<double>(value)));
    EXPECT_NEAR(finder.tensorScale(), largest / (448 * 6), 1e-6 * largest);
    const GridParameters grid = finder.find(layer.weight.view().row(0), 16);
    EXPECT_EQ(E4m3::nearest(grid.scale / finder.tensorScale()), grid.scale / finder.tensorScale());
}

TEST(GridFinder, oneGridServesAWholeTensor) {
    Matrix weight(2, 4);
    weight(0, 1) = 3.0f;
    weight(1, 3) = -1.0f;
    const QuantizedLinear linear = quantizeRtn(weight.view(), Scheme{4, 0, false});
    EXPECT_THAT(linear.scales, testing::ElementsAre(static_cast<float>(4.0 / 15), static_cast<float>(4.0 / 15)));
    EXPECT_EQ(linear.storedBytes(), 4u + 4u);
}

TEST(FloatCodes, everyCodeComesBackAndNothingLiesNearer) {
    std::mt19937 random(2);
    std::normal_distribution<double> normal(0, 3);
    std::vector<double> fours, eights;
    for (int code = 0; code < 16; ++code)
        fours.push_back(E2m1::valueOf(static_cast<std::uint8_t>(code)));
    for (int code = 0; code < 256; ++code)
        if ((code & 0x7F) != 0x7F)
            eights.push_back(E4m3::valueOf(static_cast<std::uint8_t>(code)));
    EXPECT_THAT(fours, testing::Contains(6.0));
    EXPECT_EQ(*std::ranges::max_element(eights), 448.0);
    EXPECT_EQ(E4m3::valueOf(1), 0x1p-9);
    const auto check = [&]<class Format>(const std::vector<double>& numbers, double x, Format) {
        const double nearest = Format::nearest(x);
        EXPECT_EQ(Format::valueOf(Format::codeOf(nearest)), nearest) << x;
        for (const double number : numbers)
            EXPECT_GE(std::abs(number - x), std::abs(nearest - x)) << x;
    };
    for (const double number : fours)
        check(fours, number, E2m1{});
    for (const double number : eights)
        check(eights, number, E4m3{});
    for (int i = 0; i < 2000; ++i) {
        check(fours, normal(random), E2m1{});
        check(eights, normal(random) * std::exp2(i % 20 - 10), E4m3{});
    }
    EXPECT_EQ(E2m1::nearest(2.5), 2.0); // ties to even mantissas
    EXPECT_EQ(E2m1::nearest(3.5), 4.0);
    EXPECT_EQ(E2m1::nearest(5.0), 4.0);
}

TEST(NumberFormat, roundsAsHalvesAndBrainFloatsDo) {
    EXPECT_EQ(roundTo(ScaleType::F16, 1.0 + 0x1p-11), 1.0); // tie to even
    EXPECT_EQ(roundTo(ScaleType::F16, 1.0 + 3 * 0x1p-11), 1.0 + 0x1p-9);
    EXPECT_EQ(roundTo(ScaleType::F16, 1e9), 65504.0);
    EXPECT_EQ(roundTo(ScaleType::F16, 1e-20), 0x1p-24);
    EXPECT_EQ(roundTo(ScaleType::F16, -0x1p-15 - 0x1p-26), -0x1p-15);
    EXPECT_EQ(roundTo(ScaleType::BF16, 1.0 + 0x1p-8), 1.0);
    EXPECT_EQ(roundTo(ScaleType::BF16, 3.1415926), 3.140625);
    EXPECT_EQ(roundTo(ScaleType::F32, 0.1), 0.1);
    EXPECT_EQ(roundTo(ScaleType::F16, 0.0), 0.0);
}

TEST(Scheme, formatsFixTheirFields) {
    EXPECT_EQ(Scheme::of(NumberFormat::Q4_0).groupSize, 32);
    EXPECT_EQ(Scheme::of(NumberFormat::Nvfp4).bits, 4);
    EXPECT_EQ(Scheme::of(NumberFormat::Q4_1).gridBits(), 32);
    Scheme wrong = Scheme::of(NumberFormat::Q5_0);
    wrong.groupSize = 64;
    EXPECT_THROW(wrong.validate(), Error);
    for (const std::string& name : numberFormatNames())
        EXPECT_NO_THROW(Scheme::of(numberFormatFromName(name)).validate()) << name;
    EXPECT_THROW(numberFormatFromName("q3_K"), Error);
}

} // namespace
} // namespace vernier
