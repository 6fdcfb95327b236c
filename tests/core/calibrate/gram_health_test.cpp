#include "core/base/error.h"
#include "core/calibrate/gram_health.h"
#include "tests/support/random_matrix.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace vernier {
namespace {

using test::randomMatrix;

GramHealth healthOf(const Gram& gram, const GramHealthOptions& options = {}) {
    return gramHealth(gram, options, JobContext());
}

/// A Gram with known eigenvalues: the diagonal, turned by the Householder reflection at a vector of equal numbers.
Gram gramWith(const std::vector<double>& eigenvalues, std::uint64_t tokens = 100) {
    const Index n = std::ssize(eigenvalues);
    Matrix sum(n, n);
    const double share = 2.0 / static_cast<double>(n);
    const auto reflection = [&](Index i, Index j) { return (i == j ? 1.0 : 0.0) - share; };
    for (Index i = 0; i < n; ++i)
        for (Index j = 0; j < n; ++j) {
            double value = 0;
            for (Index k = 0; k < n; ++k)
                value += reflection(i, k) * eigenvalues[static_cast<std::size_t>(k)] * reflection(k, j);
            sum(i, j) = static_cast<float>(value);
        }
    return {std::move(sum), tokens};
}

double effectiveRankOf(const std::vector<double>& eigenvalues) {
    const double sum = std::accumulate(eigenvalues.begin(), eigenvalues.end(), 0.0);
    double entropy = 0;
    for (const double value : eigenvalues)
        entropy -= value > 0 ? value / sum * std::log(value / sum) : 0;
    return std::exp(entropy);
}

TEST(GramHealth, FindsRankAndConditionOfKnownEigenvalues) {
    const std::vector<double> eigenvalues = {100, 50, 10, 1, 0.1};
    const GramHealth health = healthOf(gramWith(eigenvalues));
    EXPECT_EQ(health.channels, 5);
    EXPECT_EQ(health.tokens, 100u);
    EXPECT_EQ(health.numericalRank, 5);
    EXPECT_NEAR(health.log10Condition, 3, 1e-3);
    EXPECT_NEAR(health.effectiveRank, effectiveRankOf(eigenvalues), 1e-4);
    EXPECT_FALSE(health.estimated);
    GramHealthOptions coarse;
    coarse.rankTolerance = 0.05;
    EXPECT_EQ(healthOf(gramWith(eigenvalues), coarse).numericalRank, 3);
}

TEST(GramHealth, AnIdentityIsAsGoodAsItGets) {
    const GramHealth health = healthOf(gramWith(std::vector<double>(40, 2.0)));
    EXPECT_EQ(health.numericalRank, 40);
    EXPECT_NEAR(health.effectiveRank, 40, 1e-3);
    EXPECT_NEAR(health.log10Condition, 0, 1e-4);
    EXPECT_EQ(health.channelCoverage, 1);
}

TEST(GramHealth, FewerTokensThanChannelsLeaveTheGramSingular) {
    Gram gram(60);
    gram.observe(randomMatrix(20, 60, 1).view());
    const GramHealth health = healthOf(gram);
    EXPECT_EQ(health.numericalRank, 20);
    EXPECT_LE(health.effectiveRank, 20);
    EXPECT_GE(health.log10Condition, 6);
    EXPECT_LE(health.log10Condition, 7);
}

TEST(GramHealth, CountsDeadAndFaintChannels) {
    Matrix x = randomMatrix(500, 10, 3);
    for (Index i = 0; i < 500; ++i) {
        x(i, 2) = 0;
        x(i, 7) *= 0.01f;
        x(i, 8) *= 100;
    }
    Gram gram(10);
    gram.observe(x.view());
    const GramHealth health = healthOf(gram);
    EXPECT_EQ(health.deadChannels, 1);
    EXPECT_DOUBLE_EQ(health.channelCoverage, 0.8); // neither the dead nor the faint one
}

TEST(GramHealth, OfNoTokensAndOfZerosIsZero) {
    EXPECT_FALSE(healthOf(Gram(8)).seen());
    EXPECT_EQ(healthOf(Gram(8)).effectiveRank, 0);
    Gram zeros(8);
    zeros.observe(Matrix(4, 8).view());
    const GramHealth health = healthOf(zeros);
    EXPECT_TRUE(health.seen());
    EXPECT_EQ(health.deadChannels, 8);
    EXPECT_EQ(health.numericalRank, 0);
    EXPECT_EQ(health.channelCoverage, 0);
}

TEST(GramHealth, EstimatesWideGramsFromTheirLargestDirections) {
    // 60 directions in 1100 channels, no more: the factorisation finds them all.
    const Index wide = 1100, tokens = 60;
    const Matrix x = randomMatrix(tokens, wide, 5);
    Gram gram(wide), small(tokens);
    gram.observe(x.view());
    // X Xᵀ has the same eigenvalues but zeros.
    Matrix turned(wide, tokens);
    for (Index i = 0; i < wide; ++i)
        for (Index t = 0; t < tokens; ++t)
            turned(i, t) = x(t, i);
    small.observe(turned.view());
    const GramHealth estimate = healthOf(gram), exact = healthOf(small);
    EXPECT_TRUE(estimate.estimated);
    EXPECT_EQ(estimate.numericalRank, 60);
    EXPECT_NEAR(estimate.effectiveRank, exact.effectiveRank, 0.01 * exact.effectiveRank);
    EXPECT_GE(estimate.log10Condition, 6.0);
}

TEST(GramHealth, RefusesWhatIsNotFiniteAndOptionsOutOfRange) {
    Gram gram = gramWith({1, 2, std::numeric_limits<double>::infinity()});
    EXPECT_THROW(healthOf(gram), Error);
    GramHealthOptions options;
    options.rankTolerance = 0;
    EXPECT_THROW(healthOf(Gram(3), options), Error);
    options = {};
    options.coverageShare = 2;
    EXPECT_THROW(healthOf(Gram(3), options), Error);
}

} // namespace
} // namespace vernier
