#include "core/quantize/awq.h"

#include "core/base/error.h"
#include "core/quantize/output_error.h"
#include "core/quantize/rtn.h"
#include "tests/core/quantize/random_layer.h"

#include <algorithm>
#include <cmath>
#include <stop_token>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>

namespace vernier {
namespace {

using test::RandomLayer;

AwqResult search(std::span<const MatrixView<const float>> weights, const RandomLayer& layer,
                 const AwqOptions& options) {
    JobContext job;
    return quantizeAwq(weights, layer.gram, layer.meanAbs, options, job);
}

std::vector<double> naiveScales(const std::vector<double>& meanAbs, double exponent) {
    std::vector<double> s;
    for (const double magnitude : meanAbs)
        s.push_back(std::max(std::pow(magnitude, exponent), 1e-4));
    const double middle = std::sqrt(*std::max_element(s.begin(), s.end()) * *std::min_element(s.begin(), s.end()));
    for (double& scale : s)
        scale /= middle;
    return s;
}

// tr(D H Dᵀ) of one weight, everything in double.
double naiveLoss(const Matrix& weight, const Gram& gram, const std::vector<double>& s, const Scheme& scheme) {
    const Index in = weight.cols(), width = scheme.groupSize < 0 ? in : scheme.groupSize;
    const double top = std::pow(2.0, scheme.bits) - 1;
    double loss = 0;
    std::vector<double> d(s.size());
    for (Index row = 0; row < weight.rows(); ++row) {
        const auto scaled = [&](Index c) {
            return static_cast<double>(weight(row, c)) * s[static_cast<std::size_t>(c)];
        };
        for (Index first = 0; first < in; first += width) {
            const Index end = std::min(in, first + width);
            double low = 0, high = 0;
            for (Index c = first; c < end; ++c) {
                low = std::min(low, scaled(c));
                high = std::max(high, scaled(c));
            }
            if (scheme.symmetric) {
                high = std::max(high, -low);
                low = -high;
            }
            const double scale = (high - low) / top;
            const double zero = scheme.symmetric ? (top + 1) / 2 : std::nearbyint(-low / scale);
            for (Index c = first; c < end; ++c) {
                const double code = std::clamp(std::nearbyint(scaled(c) / scale) + zero, 0.0, top);
                d[static_cast<std::size_t>(c)] =
                    scale * (code - zero) / s[static_cast<std::size_t>(c)] - static_cast<double>(weight(row, c));
            }
        }
        for (Index i = 0; i < in; ++i)
            for (Index j = 0; j < in; ++j)
                loss += d[static_cast<std::size_t>(i)] * d[static_cast<std::size_t>(j)] *
                        static_cast<double>(gram.sum()(i, j)) / static_cast<double>(gram.tokens());
    }
    return loss;
}

class AwqAgainstNaive : public testing::TestWithParam<Scheme> {};

INSTANTIATE_TEST_SUITE_P(Schemes, AwqAgainstNaive,
                         testing::Values(Scheme{4, 64, false}, Scheme{3, 64, true}, Scheme{2, -1, false}),
                         [](const auto& test) { return "bits" + std::to_string(test.param.bits); });

TEST_P(AwqAgainstNaive, findsTheSameExponentAndLosses) {
    const Scheme scheme = GetParam();
    const RandomLayer layer = test::randomLayer(60, 172, 8), other = test::randomLayer(20, 172, 9);
    const MatrixView<const float> weights[] = {layer.weight.view(), other.weight.view()};
    const AwqResult result = search(weights, layer, {scheme, 20});
    ASSERT_EQ(result.candidates.size(), 20u);
    double best = 0, bestExponent = -1;
    for (int point = 0; point < 20; ++point) {
        const double exponent = point / 20.0;
        const auto s = naiveScales(layer.meanAbs, exponent);
        const double loss =
            naiveLoss(layer.weight, layer.gram, s, scheme) + naiveLoss(other.weight, layer.gram, s, scheme);
        const AwqCandidate& candidate = result.candidates[static_cast<std::size_t>(point)];
        EXPECT_EQ(candidate.exponent, exponent);
        EXPECT_NEAR(candidate.loss, loss, 1e-5 * loss);
        if (bestExponent < 0 || loss < best) {
            best = loss;
            bestExponent = exponent;
        }
    }
    EXPECT_EQ(result.exponent, bestExponent);
    EXPECT_GT(bestExponent, 0.0);

    // What was chosen is also what comes back.
    double error = 0;
    for (std::size_t i = 0; i < 2; ++i)
        error += outputError(weights[i], result.linears[i].dequantize().view(), layer.gram).error;
    EXPECT_NEAR(error, best, 1e-4 * best);
}

TEST(Awq, exponentZeroIsRoundToNearest) {
    const RandomLayer layer = test::randomLayer(40, 172, 8);
    const MatrixView<const float> weights[] = {layer.weight.view()};
    const AwqResult result = search(weights, layer, {{3, 64, false}, 1});
    EXPECT_EQ(result.linears[0].codes, quantizeRtn(layer.weight.view(), Scheme{3, 64, false}).codes);
    EXPECT_THAT(result.linears[0].inputScales, testing::Each(1.0f));
}

TEST(Awq, firstOfEqualCandidatesWins) {
    RandomLayer layer = test::randomLayer(40, 100, 8);
    layer.meanAbs.assign(100, 1.0);
    const MatrixView<const float> weights[] = {layer.weight.view()};
    EXPECT_EQ(search(weights, layer, {{3, 64, false}, 20}).exponent, 0.0);
}

TEST(Awq, silentChannelsGetTheSmallestScale) {
    // Only the second channel carries anything, so the range should be its own.
    Matrix sum(2, 2), weight(1, 2);
    sum(1, 1) = 1;
    weight(0, 0) = 1.0f;
    weight(0, 1) = 0.4f;
    const RandomLayer layer{std::move(weight), Gram(std::move(sum), 1), {0.0, 1.0}};
    const MatrixView<const float> weights[] = {layer.weight.view()};
    const AwqResult result = search(weights, layer, {{2, -1, false}, 2});
    EXPECT_EQ(result.exponent, 0.5);
    EXPECT_THAT(result.linears[0].inputScales, testing::ElementsAre(testing::FloatEq(0.01f), testing::FloatEq(100.0f)));
    EXPECT_FLOAT_EQ(result.linears[0].dequantize()(0, 1), 0.4f);
}

TEST(Awq, sameAtAnyThreadCount) {
    const RandomLayer layer = test::randomLayer(300, 172, 8);
    const MatrixView<const float> weights[] = {layer.weight.view(), layer.weight.view().rowRange(10, 280)};
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    const AwqResult one = search(weights, layer, {{3, 64, false}, 5});
    omp_set_num_threads(2);
    const AwqResult two = search(weights, layer, {{3, 64, false}, 5});
    omp_set_num_threads(threads);
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_EQ(one.candidates[i].loss, two.candidates[i].loss);
    for (std::size_t i = 0; i < 2; ++i)
        EXPECT_EQ(one.linears[i].codes, two.linears[i].codes);
}

TEST(Awq, refusesWhatItCannotUse) {
    RandomLayer layer = test::randomLayer(10, 40, 8);
    const MatrixView<const float> weights[] = {layer.weight.view()};
    const auto kind = [&](const AwqOptions& options) {
        try {
            search(weights, layer, options);
        } catch (const Error& error) {
            return error.kind();
        }
        return ErrorKind::Internal;
    };
    EXPECT_EQ(kind({{3, 64, false}, 0}), ErrorKind::Input);
    EXPECT_EQ(kind({{1, 64, false}, 20}), ErrorKind::Input);
    layer.meanAbs[7] = std::nan("");
    EXPECT_EQ(kind({}), ErrorKind::Numeric);
    layer.meanAbs[7] = 1;
    layer.gram = Gram(40);
    EXPECT_EQ(kind({}), ErrorKind::Input);
}

TEST(Awq, stopsWhenCancelled) {
    const RandomLayer layer = test::randomLayer(10, 40, 8);
    const MatrixView<const float> weights[] = {layer.weight.view()};
    std::stop_source stop;
    stop.request_stop();
    JobContext job(stop.get_token(), {}, {});
    try {
        quantizeAwq(weights, layer.gram, layer.meanAbs, {}, job);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Cancelled);
    }
}

} // namespace
} // namespace vernier
