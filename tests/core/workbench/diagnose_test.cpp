#include "core/workbench/diagnose.h"

#include "core/base/error.h"
#include "core/workbench/compare_pair.h"
#include "core/workbench/continuations.h"
#include "core/workbench/quantize.h"
#include "tests/core/workbench/small_project.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace vernier {
namespace {

class Diagnose : public test::SmallProject {
protected:
    const vernier::Run& makeRun(const std::string& name, Scheme scheme, ActivationScheme activations = {}) {
        QuantizeRequest request{name, {}, calibration};
        request.settings.method = Method::Rtn;
        request.settings.scheme = scheme;
        request.settings.activations = activations;
        remember(project, quantize(bench, project, request, job).run);
        return *project.findRun(name);
    }
    EvaluationData someText() const {
        EvaluationData data;
        data.sequenceLength = 64;
        data.maxWindows = 6;
        return data;
    }
};

TEST_F(Diagnose, ErrorGrowthComesBackFromTheCache) {
    const vernier::Run& run = makeRun("three", {3, 64, false});
    const auto growth = runErrorGrowth(bench, project, run, someText(), job);
    ASSERT_EQ(growth.size(), 6u);
    EXPECT_EQ(growth[0].inherited, 0);
    for (const BlockErrors& block : growth)
        EXPECT_GT(block.own, 0);
    const auto again = runErrorGrowth(bench, project, run, someText(), job);
    for (std::size_t i = 0; i < growth.size(); ++i) {
        EXPECT_EQ(again[i].total, growth[i].total);
        EXPECT_EQ(again[i].signal, growth[i].signal);
    }
    // More bits leave less everywhere.
    const auto finer = runErrorGrowth(bench, project, makeRun("six", {6, 64, false}), someText(), job);
    for (std::size_t i = 0; i < growth.size(); ++i)
        EXPECT_LT(finer[i].own, 0.5 * growth[i].own);
}

TEST_F(Diagnose, SensitivitiesAreOfEveryQuantizedLinear) {
    const vernier::Run& run = makeRun("three", {3, 64, false});
    EXPECT_TRUE(knownSensitivities(bench, project, run, someText(), job).empty());
    const auto linears = runSensitivities(bench, project, run, someText(), job);
    ASSERT_EQ(linears.size(), run.reports.size());
    for (std::size_t i = 0; i < linears.size(); ++i) {
        EXPECT_EQ(linears[i].name, run.reports[i].name);
        EXPECT_EQ(linears[i].relativeError, run.reports[i].relativeError);
        EXPECT_GT(linears[i].kl, 0);
    }
    EXPECT_EQ(runSensitivities(bench, project, run, someText(), job).back().kl, linears.back().kl);
    const auto known = knownSensitivities(bench, project, run, someText(), job);
    ASSERT_EQ(known.size(), linears.size());
    EXPECT_EQ(known.back().kl, linears.back().kl);
}

TEST_F(Diagnose, TokenLossesAddUpToTheEvaluation) {
    const vernier::Run& run = makeRun("three", {3, 64, false});
    const TokenComparison tokens = compareTokens(bench, project, run, someText(), job);
    const Evaluation evaluation = evaluateRun(bench, project, run, someText(), job).evaluation;
    double sum = 0, referenceSum = 0;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < tokens.losses.nll.size(); ++i)
        if (!std::isnan(tokens.losses.nll[i])) {
            sum += double{tokens.losses.nll[i]};
            referenceSum += double{tokens.losses.referenceNll[i]};
            ++count;
        }
    EXPECT_EQ(count, evaluation.scoredTokens);
    EXPECT_NEAR(std::exp(sum / static_cast<double>(count)), evaluation.perplexity, 1e-5);
    EXPECT_NEAR(std::exp(referenceSum / static_cast<double>(count)), *evaluation.referencePerplexity, 1e-5);

    const auto worst = worstTokens(tokens, 5);
    ASSERT_EQ(worst.size(), 5u);
    for (std::size_t i = 0; i < tokens.losses.nll.size(); ++i)
        if (std::ranges::find(worst, i) == worst.end() && !std::isnan(tokens.difference(i))) {
            ASSERT_LE(tokens.difference(i), tokens.difference(worst.back()));
        }
    EXPECT_EQ(compareTokens(bench, project, run, someText(), job).losses.nll[3], tokens.losses.nll[3]);

    // What was likely where the loss was known: the token's probability is e^-loss.
    const auto ids = tokens.windows.window(0);
    const WindowPredictions predictions = predictWindow(bench, project, run, ids, 400, job);
    ASSERT_EQ(predictions.run.size(), 64u);
    for (const std::size_t position : {std::size_t{0}, std::size_t{30}, std::size_t{62}}) {
        const auto& likely = predictions.run[position];
        EXPECT_TRUE(std::ranges::is_sorted(likely, std::ranges::greater{}, &Prediction::probability));
        const auto next = std::ranges::find(likely, ids[position + 1], &Prediction::id);
        if (next != likely.end()) {
            EXPECT_NEAR(-std::log(next->probability), tokens.losses.nll[position], 1e-3);
        }
    }
}

TEST_F(Diagnose, ContinuationsSayWhereTheyPart) {
    makeRun("eight", {8, 32, false});
    makeRun("two", {2, -1, true});
    ContinuationRequest request;
    request.runs = {"eight", "two"};
    request.prompt = "Question: ";
    request.tokens = 24;
    const auto continuations = continueWithRuns(bench, project, request, job);
    ASSERT_EQ(continuations.size(), 3u);
    EXPECT_EQ(continuations[0].name, "full precision");
    EXPECT_FALSE(continuations[0].divergesAt);
    ASSERT_TRUE(continuations[2].divergesAt);
    const std::size_t part = *continuations[2].divergesAt;
    for (std::size_t i = 0; i < part; ++i)
        EXPECT_EQ(continuations[2].ids[i], continuations[0].ids[i]);
    EXPECT_NE(continuations[2].ids[part], continuations[0].ids[part]);
    for (const Continuation& continuation : continuations)
        EXPECT_EQ(continuation.pieces.size(), continuation.ids.size());

    request.sampling.temperature = 1;
    request.sampling.seed = 5;
    const auto drawn = continueWithRuns(bench, project, request, job);
    EXPECT_NE(drawn[0].ids, continuations[0].ids);
    EXPECT_EQ(continueWithRuns(bench, project, request, job)[1].ids, drawn[1].ids);
    request.runs = {"nobody"};
    EXPECT_THROW(continueWithRuns(bench, project, request, job), Error);
}

TEST_F(Diagnose, ChosenRangesAreThoseOfStaticGrids) {
    ActivationScheme scheme;
    scheme.bits = 8;
    scheme.grids = ActivationGrids::PerTensor;
    project.chosenRanges = {{"model.layers.2.mlp.down_proj:input", std::nullopt, -0.01, 0.01}};
    QuantizeSettings settings;
    settings.method = Method::Rtn;
    settings.scheme = {8, -1, true};
    settings.activations = scheme;
    const auto ranges = [&](const QuantizeSettings& wanted) {
        const vernier::Run run = quantize(bench, project, {"static", wanted, calibration}, job).run;
        return runBlock(bench, run, 2).inputRanges;
    };
    const auto without = ranges(settings), with = ranges(settingsForProject(settings, project));
    ASSERT_EQ(with.size(), 4u);
    EXPECT_EQ(with[3].high, 0.01);
    EXPECT_GT(without[3].high, 0.01);
    EXPECT_EQ(with[0].high, without[0].high);
}

TEST_F(Diagnose, PairsOfRunsAreComparedTokenByToken) {
    makeRun("two", {2, 64, false});
    makeRun("six", {6, 64, false});
    const vernier::Run &two = *project.findRun("two"), &six = *project.findRun("six");
    const PairDifference pair = comparePairTokens(bench, project, six, two, someText(), job);
    const TokenComparison ours = compareTokens(bench, project, six, someText(), job);
    const TokenComparison theirs = compareTokens(bench, project, two, someText(), job);
    double sum = 0;
    std::int64_t tokens = 0;
    for (std::size_t i = 0; i < ours.losses.nll.size(); ++i)
        if (!std::isnan(ours.losses.nll[i])) {
            sum += double{ours.losses.nll[i]} - double{theirs.losses.nll[i]};
            EXPECT_EQ(pair.tokens.difference(i), double{ours.losses.nll[i]} - double{theirs.losses.nll[i]});
            ++tokens;
        }
    EXPECT_EQ(pair.paired.tokens, tokens);
    EXPECT_NEAR(pair.paired.meanDifference, sum / static_cast<double>(tokens), 1e-12);
    EXPECT_LT(pair.paired.meanDifference, 0) << "six bits lose less than two";
    vernier::Run other = two;
    other.calibration.modelFingerprint = "another";
    EXPECT_THROW(comparePairTokens(bench, project, six, other, someText(), job), Error);
}

TEST(DifferenceBins, HoldEveryDifferenceInTheBinWhereItLies) {
    std::mt19937 random(2);
    std::normal_distribution<float> loss(0, 1);
    for (const double scale : {1e-6, 0.3, 1.0, 40.0}) {
        TokenComparison tokens;
        for (int i = 0; i < 500; ++i) {
            tokens.losses.nll.push_back(i % 7 ? static_cast<float>(scale) * loss(random)
                                              : std::numeric_limits<float>::quiet_NaN());
            tokens.losses.referenceNll.push_back(0);
        }
        const DifferenceBins bins = binDifferences(tokens, 100);
        ASSERT_LE(bins.counts.size(), 100u);
        EXPECT_GT(bins.counts.size(), 10u);
        std::vector<std::uint64_t> expected(bins.counts.size());
        for (std::size_t i = 0; i < tokens.losses.nll.size(); ++i)
            for (std::size_t bin = 0; bin < expected.size(); ++bin) {
                const double low = bins.firstEdge + static_cast<double>(bin) * bins.binWidth;
                expected[bin] += tokens.difference(i) >= low && tokens.difference(i) < low + bins.binWidth;
            }
        EXPECT_EQ(bins.counts, expected);
        EXPECT_NEAR(std::remainder(bins.firstEdge, bins.binWidth), 0, 1e-9 * bins.binWidth) << "an edge at zero";
    }
    TokenComparison equal;
    equal.losses.nll = equal.losses.referenceNll = {1, 2, 3};
    EXPECT_EQ(binDifferences(equal).counts, std::vector<std::uint64_t>{3});
    EXPECT_TRUE(binDifferences({}).counts.empty());
}

} // namespace
} // namespace vernier
