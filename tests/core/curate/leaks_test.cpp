#include "core/curate/leaks.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/curate/words.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace vernier {
namespace {

using Tokens = std::vector<std::int32_t>;

Tokens randomTokens(SeededRandom& random, std::size_t count, std::uint64_t vocabulary) {
    Tokens tokens(count);
    for (auto& token : tokens)
        token = static_cast<std::int32_t>(random.below(vocabulary));
    return tokens;
}

std::vector<TokenSpan> spans(const std::vector<Tokens>& documents) {
    return {documents.begin(), documents.end()};
}

LeakReport leaksBetween(const std::vector<Tokens>& calibration, const std::vector<Tokens>& evaluation, int n = 13) {
    JobContext job;
    return findLeaks(spans(calibration), spans(evaluation), {n}, job);
}

TEST(Leaks, ReportsAPlantedPassageWithItsPlaces) {
    SeededRandom random(5);
    std::vector<Tokens> calibration, evaluation;
    for (int i = 0; i < 200; ++i) {
        calibration.push_back(randomTokens(random, 200, 30000));
        evaluation.push_back(randomTokens(random, 100, 30000));
    }
    std::copy_n(evaluation[17].begin() + 40, 30, calibration[123].begin() + 150);
    std::copy_n(evaluation[60].begin() + 10, 12, calibration[124].begin()); // one token short of an n-gram
    const LeakReport report = leaksBetween(calibration, evaluation);
    ASSERT_EQ(report.leaks.size(), 1u);
    const Leak& leak = report.leaks.front();
    EXPECT_EQ(leak.evaluation, 17u);
    EXPECT_EQ(leak.calibration, 123u);
    EXPECT_EQ(leak.inEvaluation, (TokenRun{40, 30}));
    EXPECT_EQ(leak.inCalibration, (TokenRun{150, 30}));
    EXPECT_EQ(leak.sharedTokens, 30u);
    EXPECT_DOUBLE_EQ(leak.share, 0.3);
    EXPECT_DOUBLE_EQ(report.share, 30.0 / (200 * 100));
    EXPECT_EQ(report.evaluationDocuments, 1u);
    EXPECT_EQ(report.calibrationDocuments, 1u);
}

TEST(Leaks, AgreesWithComparingEverythingOnTextsFullOfRepetition) {
    SeededRandom random(9);
    std::vector<Tokens> calibration, evaluation;
    for (int i = 0; i < 80; ++i) {
        calibration.push_back(randomTokens(random, random.below(40), 2));
        evaluation.push_back(randomTokens(random, random.below(40), 2));
    }
    constexpr std::size_t kN = 9;
    const LeakReport report = leaksBetween(calibration, evaluation, kN);
    std::size_t at = 0;
    for (std::uint32_t e = 0; e < evaluation.size(); ++e)
        for (std::uint32_t c = 0; c < calibration.size(); ++c) {
            std::set<std::size_t> covered;
            for (std::size_t i = 0; i + kN <= evaluation[e].size(); ++i)
                for (std::size_t j = 0; j + kN <= calibration[c].size(); ++j)
                    if (std::equal(evaluation[e].begin() + static_cast<std::ptrdiff_t>(i),
                                   evaluation[e].begin() + static_cast<std::ptrdiff_t>(i + kN),
                                   calibration[c].begin() + static_cast<std::ptrdiff_t>(j)))
                        for (std::size_t k = 0; k < kN; ++k)
                            covered.insert(i + k);
            if (covered.empty())
                continue;
            ASSERT_LT(at, report.leaks.size());
            EXPECT_EQ(report.leaks[at].evaluation, e);
            EXPECT_EQ(report.leaks[at].calibration, c);
            EXPECT_EQ(report.leaks[at].sharedTokens, covered.size());
            ++at;
        }
    EXPECT_EQ(at, report.leaks.size());
    EXPECT_GT(at, 10u);
}

TEST(Leaks, NothingInNothing) {
    EXPECT_TRUE(leaksBetween({}, {}).leaks.empty());
    EXPECT_TRUE(leaksBetween({{1, 2, 3}}, {{}}).leaks.empty());
    EXPECT_EQ(leaksBetween({}, {{1, 2, 3}}).share, 0);
    EXPECT_THROW(leaksBetween({}, {}, 1), Error);
}

TEST(Words, IgnoreCaseAndPunctuationAndKnowTheirBytes) {
    const std::string a = "The quick, \"brown\" FOX!", b = "the QUICK brown... fox";
    const Words left = normalisedWords(a), right = normalisedWords(b);
    EXPECT_EQ(left.ids, right.ids);
    ASSERT_EQ(left.ids.size(), 4u);
    EXPECT_EQ(a.substr(left.begins[2], left.ends[2] - left.begins[2]), "brown");
    EXPECT_EQ(normalisedWords("ÉCOLE").ids, normalisedWords("école").ids);
    EXPECT_EQ(normalisedWords("世界人权").ids.size(), 4u);
    EXPECT_EQ(normalisedWords("Привет, мир").ids.size(), 2u);
    EXPECT_TRUE(normalisedWords(" -- \n").ids.empty());
    EXPECT_TRUE(normalisedWords("").ids.empty());
}

TEST(Leaks, FindsRewordedPunctuationThroughWords) {
    const Words evaluation = normalisedWords("Natalia sold clips to 48 of her friends in April, and then she sold "
                                             "half as many clips in May.");
    const Words calibration = normalisedWords("Q: natalia sold clips to 48 of her friends in April and then, she "
                                              "sold half as many clips in May!");
    JobContext job;
    const std::vector<TokenSpan> left = {calibration.ids}, right = {evaluation.ids};
    const LeakReport report = findLeaks(left, right, {}, job);
    ASSERT_EQ(report.leaks.size(), 1u);
    EXPECT_DOUBLE_EQ(report.leaks.front().share, 1.0);
    EXPECT_EQ(report.leaks.front().inCalibration.first, 1u);
}

} // namespace
} // namespace vernier
