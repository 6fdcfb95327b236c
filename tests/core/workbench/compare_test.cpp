#include "core/workbench/compare.h"

#include <limits>
#include <random>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

Run runOf(const std::string& name, Method method, int bits, const std::string& set) {
    vernier::Run run;
    run.name = name;
    run.settings.method = method;
    run.settings.scheme = {bits, 64, false};
    run.calibration.setName = set;
    return run;
}

TEST(Compare, RowsHoldWhatRunsMeasuredAndWhatWasWrittenOnThem) {
    Project project;
    project.runs = {runOf("a", Method::Gptq, 3, "default")};
    vernier::Run& run = project.runs[0];
    run.storedBytes = 300, run.parameters = 800, run.otherBytes = 50;
    run.tags = {"x"}, run.note = "n";
    Evaluation& evaluation = run.evaluation.emplace();
    evaluation.dataName = "wiki", evaluation.perplexity = 12, evaluation.referencePerplexity = 10.5;
    for (const auto& [domain, perplexity] : {std::pair("law", 7.5), std::pair("code", 3.25)}) {
        evaluation.groups.emplace_back();
        evaluation.groups.back().name = domain, evaluation.groups.back().perplexity = perplexity;
    }
    const ComparisonRow row = compareRuns(project).at(0);
    EXPECT_EQ(row.bitsPerWeight, 3.0);
    EXPECT_EQ(row.totalBytes, 350u);
    EXPECT_EQ(row.perplexityLoss, 1.5);
    EXPECT_EQ(row.perplexityOf("law"), 7.5);
    EXPECT_EQ(row.perplexityOf("poems"), std::nullopt);
    EXPECT_THAT(row.tags, ElementsAre("x"));
    EXPECT_EQ(row.note, "n");
    EXPECT_THAT(row.settings, Contains(Setting{"bits", "3"}));
    EXPECT_THAT(row.settings, Contains(Setting{"method", "gptq"}));
    EXPECT_THAT(row.settings, Contains(Setting{"set", "default"}));
}

TEST(Compare, RunsAreScoredAlikeOnlyOnTheSamePredictions) {
    Project project;
    for (const char* name : {"a", "b", "c", "d", "e"})
        project.runs.push_back(runOf(name, Method::Gptq, 3, "default"));
    for (std::size_t i = 0; i < 4; ++i) {
        Evaluation& evaluation = project.runs[i].evaluation.emplace();
        evaluation.dataName = "wiki", evaluation.protocol = "paper", evaluation.perplexity = 12;
        evaluation.windows = i == 2 ? 20 : 366;
        evaluation.scoredTokens = i == 2 ? 5100 : 93330;
    }
    project.runs[3].evaluation->protocol = "llama.cpp";
    const auto rows = compareRuns(project);
    EXPECT_TRUE(scoredAlike(rows[0], rows[1]));
    EXPECT_FALSE(scoredAlike(rows[0], rows[2])) << "fewer windows";
    EXPECT_FALSE(scoredAlike(rows[0], rows[3])) << "another protocol";
    EXPECT_FALSE(scoredAlike(rows[4], rows[4])) << "not evaluated";
}

TEST(Compare, TellsEqualSettingsFromDifferingOnes) {
    Project project;
    project.runs = {runOf("a", Method::Gptq, 3, "default"), runOf("b", Method::Gptq, 4, "default"),
                    runOf("c", Method::Rtn, 4, "default")};
    project.runs[1].settings.dampPercent = 0.05;
    const auto rows = compareRuns(project);
    const SharedSettings both = sharedSettings(std::vector<const ComparisonRow*>{&rows[0], &rows[1]});
    EXPECT_THAT(both.differing, ElementsAre("bits", "damp_percent"));
    EXPECT_THAT(both.equal, Contains(Setting{"method", "gptq"}));
    EXPECT_THAT(both.equal, Contains(Setting{"group_size", "64"}));
    // RTN has no damping at all; the two others have different ones.
    const SharedSettings all = sharedSettings(std::vector<const ComparisonRow*>{&rows[0], &rows[1], &rows[2]});
    EXPECT_THAT(all.differing, testing::IsSupersetOf({"bits", "damp_percent", "method"}));
    const SharedSettings oneOfEach = sharedSettings(std::vector<const ComparisonRow*>{&rows[1], &rows[2]});
    EXPECT_THAT(oneOfEach.differing, ElementsAre("method")) << "what RTN lacks goes with the method";
    EXPECT_THAT(oneOfEach.equal, testing::Not(Contains(Setting{"damp_percent", "0.05"})));
    EXPECT_EQ(settingValue(rows[1], "damp_percent"), "0.05");
    EXPECT_EQ(settingValue(rows[2], "damp_percent"), "–");
    EXPECT_THAT(sharedSettings({}).equal, IsEmpty());
}

TEST(ParetoFront, IsWhatNoOtherPointBeats) {
    std::mt19937 random(3);
    std::uniform_int_distribution<int> value(0, 12); // few values, so that there are ties
    for (int round = 0; round < 50; ++round) {
        std::vector<CostAndLoss> points(random() % 40);
        for (CostAndLoss& point : points)
            point = {value(random) * 0.5, value(random) * 0.25};
        if (!points.empty())
            points[0].loss = std::numeric_limits<double>::quiet_NaN();
        std::vector<std::size_t> expected;
        for (std::size_t i = 1; i < points.size(); ++i) {
            bool isBeaten = false;
            for (std::size_t j = 1; j < points.size(); ++j) {
                const bool isNoWorse = points[j].cost <= points[i].cost && points[j].loss <= points[i].loss;
                const bool isEqual = points[j].cost == points[i].cost && points[j].loss == points[i].loss;
                isBeaten = isBeaten || (isNoWorse && (!isEqual || j < i));
            }
            if (!isBeaten)
                expected.push_back(i);
        }
        const auto front = paretoFront(points);
        EXPECT_THAT(front, testing::UnorderedElementsAreArray(expected));
        for (std::size_t i = 1; i < front.size(); ++i)
            EXPECT_LT(points[front[i - 1]].cost, points[front[i]].cost);
    }
}

} // namespace
} // namespace vernier
