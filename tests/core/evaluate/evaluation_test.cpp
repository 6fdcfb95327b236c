#include "core/base/error.h"
#include "core/evaluate/evaluation.h"
#include "core/model/head.h"
#include "tests/support/demo_windows.h"
#include "tests/support/test_files.h"

#include <cmath>
#include <cstring>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <omp.h>

namespace vernier {
namespace {

Model demoModel() {
    return Model::open(test::demoFolder() / "model");
}

TokenWindows someWindows(int count, int length) {
    TokenWindows windows;
    windows.sequenceLength = length;
    for (int i = 0; i < count * length; ++i)
        windows.ids.push_back(i * 31 % 1536);
    return windows;
}

TEST(Evaluation, MeetsTheGoldenPerplexityAndLogits) {
    const auto golden = test::golden("demo.json");
    const Model model = demoModel();
    const TokenWindows windows = test::demoWindows("evaluation", 0);
    JobContext job;
    const HiddenStates hidden = finalHidden(model, windows, {}, {}, job);
    const Evaluation evaluation = score(model, windows, hidden, nullptr, job);
    EXPECT_EQ(evaluation.windows, 366);
    EXPECT_EQ(evaluation.scoredTokens, 366 * 255);
    const double expected = golden["perplexity_fp"];
    EXPECT_NEAR(evaluation.perplexity, expected, 1e-5 * expected);

    Matrix logits(256, model.spec.vocabularySize), buffer;
    Head(model).logits(hidden.read(0, buffer).rowRange(0, 256), logits.view());
    for (const auto& [position, values] : golden["logits_first_evaluation_window"].items())
        for (std::size_t i = 0; i < values.size(); ++i)
            EXPECT_NEAR(logits(std::stol(position), static_cast<Index>(i)), values[i].get<double>(), 1e-4)
                << position << ", " << i;
}

TEST(Evaluation, OfTheDemoInBf16IsWithinAFifthOfAPercent) {
    if (!hasBf16Units())
        GTEST_SKIP() << whyNotPrecision(Precision::BF16);
    const Model model = demoModel();
    const TokenWindows windows = test::demoWindows("evaluation", 60);
    JobContext job;
    const HiddenStates exact = finalHidden(model, windows, {}, {}, job);
    const HiddenStates rounded = finalHidden(model, windows, {}, {}, job, Precision::BF16);
    double error = 0, power = 0;
    Matrix exactBuffer, roundedBuffer;
    for (Index chunk = 0; chunk < exact.chunks(); ++chunk) {
        const auto expected = exact.read(chunk, exactBuffer), seen = rounded.read(chunk, roundedBuffer);
        for (Index i = 0; i < expected.rows; ++i)
            for (Index j = 0; j < expected.cols; ++j) {
                error += std::pow(double{seen(i, j)} - double{expected(i, j)}, 2);
                power += std::pow(double{expected(i, j)}, 2);
            }
    }
    EXPECT_GT(error, 0);
    EXPECT_LT(std::sqrt(error / power), 5e-3); // a few units of 2^-8, averaged over many
    const double expected = score(model, windows, exact, nullptr, job).perplexity;
    const Evaluation evaluation = score(model, windows, rounded, nullptr, job, {.precision = Precision::BF16});
    EXPECT_NEAR(evaluation.perplexity, expected, 2e-3 * expected);
    EXPECT_NE(evaluation.protocol.find("bfloat16"), std::string::npos);
}

TEST(Evaluation, EqualsANaiveComputation) {
    const Model model = demoModel();
    const TokenWindows windows = someWindows(3, 20);
    JobContext job;
    const HiddenStates reference = finalHidden(model, windows, {}, {}, job);
    HiddenStates changed = finalHidden(model, windows, {}, {}, job);
    changed.update(
        [](Index, MatrixView<float> rows) {
            for (Index i = 0; i < rows.rows * rows.cols; ++i)
                rows.data[i] *= i % 3 ? 1.0f : 0.9f;
        },
        job);
    const Evaluation evaluation = score(model, windows, changed, &reference, job);

    Matrix q(60, 1536), p(60, 1536), buffer;
    const Head head(model);
    head.logits(changed.read(0, buffer), q.view());
    head.logits(reference.read(0, buffer), p.view());
    double nll = 0, referenceNll = 0, kl = 0, agreed = 0;
    for (Index t = 0; t < 60; ++t) {
        if (t % 20 == 19)
            continue;
        double sumP = 0, sumQ = 0;
        Index bestP = 0, bestQ = 0;
        for (Index v = 0; v < 1536; ++v) {
            sumP += std::exp(double{p(t, v)}), sumQ += std::exp(double{q(t, v)});
            bestP = p(t, v) > p(t, bestP) ? v : bestP;
            bestQ = q(t, v) > q(t, bestQ) ? v : bestQ;
        }
        const auto next = windows.ids[static_cast<std::size_t>(t + 1)];
        nll += std::log(sumQ) - double{q(t, next)};
        referenceNll += std::log(sumP) - double{p(t, next)};
        for (Index v = 0; v < 1536; ++v)
            kl += std::exp(double{p(t, v)}) / sumP *
                  (double{p(t, v)} - std::log(sumP) - double{q(t, v)} + std::log(sumQ));
        agreed += bestP == bestQ;
    }
    EXPECT_NEAR(evaluation.perplexity, std::exp(nll / 57), 1e-4 * std::exp(nll / 57));
    EXPECT_NEAR(*evaluation.referencePerplexity, std::exp(referenceNll / 57), 1e-4 * std::exp(referenceNll / 57));
    EXPECT_NEAR(*evaluation.kl, kl / 57, 1e-5);
    EXPECT_DOUBLE_EQ(*evaluation.top1, agreed / 57);
}

TEST(Evaluation, GroupsAndLossesAddUpToTheWhole) {
    const Model model = demoModel();
    TokenWindows windows = someWindows(3, 20);
    for (std::uint32_t i = 0; i < 60; ++i)
        windows.documents.push_back(i / 25); // the second document begins inside the second window
    const DocumentGroups groups{{"prose", "code", "nobody"}, {0, 1, 0}};
    JobContext job;
    const HiddenStates hidden = finalHidden(model, windows, {}, {}, job);
    TokenLosses losses;
    const Evaluation evaluation = score(model, windows, hidden, &hidden, job, {.groups = &groups, .losses = &losses});
    ASSERT_EQ(evaluation.groups.size(), 2u) << "a group without predictions has no perplexity";
    double nll[2] = {}, all = 0;
    std::int64_t count[2] = {};
    for (std::size_t t = 0; t < 60; ++t) {
        if (t % 20 == 19) {
            EXPECT_TRUE(std::isnan(losses.nll[t]));
            continue;
        }
        const std::uint32_t group = groups.groupOf[windows.documents[t + 1]]; // of the predicted token
        nll[group] += static_cast<double>(losses.nll[t]);
        all += static_cast<double>(losses.nll[t]);
        ++count[group];
        EXPECT_EQ(losses.nll[t], losses.referenceNll[t]);
    }
    for (std::size_t group = 0; group < 2; ++group) {
        EXPECT_EQ(evaluation.groups[group].name, groups.names[group]);
        EXPECT_EQ(evaluation.groups[group].scoredTokens, count[group]);
        const double expected = std::exp(nll[group] / static_cast<double>(count[group]));
        EXPECT_NEAR(evaluation.groups[group].perplexity, expected, 1e-5 * expected);
        EXPECT_EQ(evaluation.groups[group].top1, 1.0);
    }
    EXPECT_NEAR(evaluation.perplexity, std::exp(all / 57), 1e-5 * evaluation.perplexity);
}

// llama-perplexity scores positions n_ctx/2 … n_ctx − 2 of every window: 255 of 512.
TEST(Evaluation, OfLlamaCppsProtocolCountsTheSecondHalves) {
    const Model model = demoModel();
    const TokenWindows windows = someWindows(2, 20);
    JobContext job;
    const HiddenStates hidden = finalHidden(model, windows, {}, {}, job);
    TokenLosses all, second;
    score(model, windows, hidden, nullptr, job, {.losses = &all});
    const Evaluation evaluation =
        score(model, windows, hidden, nullptr, job, {.protocol = Protocol::LlamaCpp, .losses = &second});
    EXPECT_EQ(evaluation.scoredTokens, 18);
    double nll = 0;
    for (std::size_t t = 0; t < 40; ++t) {
        const bool counts = t % 20 >= 10 && t % 20 < 19;
        EXPECT_EQ(std::isnan(second.nll[t]), !counts) << t;
        if (counts) {
            EXPECT_EQ(second.nll[t], all.nll[t]);
            nll += static_cast<double>(all.nll[t]);
        }
    }
    EXPECT_NEAR(evaluation.perplexity, std::exp(nll / 18), 1e-5 * evaluation.perplexity);
    EXPECT_NE(evaluation.protocol.find("llama.cpp"), std::string::npos);
}

TEST(Evaluation, FindsNoDifferenceBetweenAModelAndItself) {
    const Model model = demoModel();
    const TokenWindows windows = someWindows(2, 30);
    JobContext job;
    const HiddenStates hidden = finalHidden(model, windows, {}, {}, job);
    const Evaluation evaluation = score(model, windows, hidden, &hidden, job);
    EXPECT_NEAR(*evaluation.kl, 0, 1e-9);
    EXPECT_EQ(*evaluation.top1, 1.0);
    EXPECT_EQ(evaluation.perplexity, *evaluation.referencePerplexity);
}

TEST(Evaluation, OfPaddedWindowsIsThatOfTheirDocumentsAlone) {
    const Model model = demoModel();
    TokenWindows padded;
    padded.sequenceLength = 40;
    JobContext job;
    double nll = 0;
    std::int64_t predicted = 0;
    for (const int tokens : {40, 7, 1, 25}) {
        TokenWindows alone = someWindows(1, tokens);
        for (std::int32_t& id : alone.ids)
            id = (id + 13 * tokens) % 1536;
        padded.ids.insert(padded.ids.end(), alone.ids.begin(), alone.ids.end());
        padded.validLengths.push_back(tokens);
        padded.ids.resize(padded.validLengths.size() * 40, 0);
        if (tokens == 1) {
            EXPECT_THROW(score(model, alone, finalHidden(model, alone, {}, {}, job), nullptr, job), Error);
            continue;
        }
        const Evaluation one = score(model, alone, finalHidden(model, alone, {}, {}, job), nullptr, job);
        nll += std::log(one.perplexity) * static_cast<double>(one.scoredTokens);
        predicted += one.scoredTokens;
    }
    const HiddenStates hidden = finalHidden(model, padded, {}, {}, job);
    const Evaluation all = score(model, padded, hidden, &hidden, job);
    EXPECT_EQ(all.scoredTokens, predicted);
    EXPECT_EQ(predicted, 39 + 6 + 24);
    const double expected = std::exp(nll / static_cast<double>(predicted));
    EXPECT_NEAR(all.perplexity, expected, 1e-5 * expected);
    EXPECT_EQ(*all.top1, 1.0);
    EXPECT_NE(all.protocol.find("padding"), std::string::npos);
}

TEST(Evaluation, IsBitIdenticalAtAnyThreadCount) {
    const Model model = demoModel();
    const TokenWindows windows = someWindows(5, 64);
    JobContext job;
    const int before = omp_get_max_threads();
    double perplexity[2];
    for (const int threads : {1, 2}) {
        omp_set_num_threads(threads);
        perplexity[threads - 1] =
            score(model, windows, finalHidden(model, windows, {}, {}, job), nullptr, job).perplexity;
    }
    omp_set_num_threads(before);
    EXPECT_EQ(perplexity[0], perplexity[1]);
}

} // namespace
} // namespace vernier
