#include "core/base/error.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/import_files.h"
#include "core/workbench/pack_set.h"
#include "core/workbench/report_card.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <sstream>
#include <stop_token>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// A project with some of the demo's diverse text and of its greetings, both in one set and each in its own.
class ReportCards : public testing::Test {
protected:
    test::TemporaryFolder folder;
    Workbench bench{folder / "cache"};
    Project project;
    JobContext job;

    void SetUp() override {
        importSome("calibration", 400);
        importSome("greetings", 400);
    }
    void importSome(const std::string& name, int documents) {
        std::istringstream all(test::get(test::demoFolder() / "text" / (name + ".jsonl")));
        std::string line, some;
        for (int i = 0; i < documents && std::getline(all, line); ++i)
            some += line + '\n';
        test::put(folder / (name + ".jsonl"), some);
        importFiles(project, {folder / (name + ".jsonl")}, {name, {}}, job);
    }
    static ReportCardRequest request(const std::string& set, int windows) {
        ReportCardRequest wanted;
        wanted.modelFolder = test::demoFolder() / "model";
        wanted.setName = set;
        wanted.recipe.sequenceLength = 128;
        wanted.recipe.maxWindows = windows;
        return wanted;
    }
    static std::uint64_t tokensOf(const std::vector<MixShare>& shares) {
        return std::accumulate(shares.begin(), shares.end(), std::uint64_t{0},
                               [](std::uint64_t sum, const MixShare& share) { return sum + share.tokens; });
    }
    static std::size_t at(const CrossMatrix& matrix, const std::string& a, const std::string& b) {
        const auto place = [&](const std::string& name) {
            return static_cast<std::size_t>(std::ranges::find(matrix.groups, name) - matrix.groups.begin());
        };
        return matrix.at(place(a), place(b));
    }
};

TEST_F(ReportCards, TellADiverseSetFromGreetings) {
    const ReportCard diverse = reportCard(bench, project, request("calibration", 16), job);
    const ReportCard greetings = reportCard(bench, project, request("greetings", 16), job);
    EXPECT_EQ(diverse.setName, "calibration");
    EXPECT_EQ(diverse.windows, 16);
    EXPECT_EQ(diverse.tokens, 16u * 128);
    EXPECT_EQ(diverse.documentsAll, 400u);
    EXPECT_LT(diverse.documents, 400u);
    EXPECT_EQ(diverse.taps.size(), 6u * 4);
    EXPECT_EQ(diverse.convergence.taps.size(), diverse.taps.size());
    EXPECT_TRUE(diverse.neverRouted.empty());
    for (const auto& list : {diverse.mix.domains, diverse.mix.languages, diverse.mix.roles})
        EXPECT_EQ(tokensOf(list), diverse.tokens);

    EXPECT_GT(diverse.mix.domains.size(), greetings.mix.domains.size());
    double rank = 0;
    for (std::size_t i = 0; i < diverse.taps.size(); ++i)
        rank += diverse.taps[i].gram.effectiveRank - greetings.taps[i].gram.effectiveRank;
    EXPECT_GT(rank, 0);
    // Greetings are soon all the same.
    ASSERT_EQ(diverse.convergence.steps.size(), 4u);
    EXPECT_LT(greetings.convergence.steps.back().worstChange, diverse.convergence.steps.back().worstChange);
    EXPECT_FALSE(diverse.verdict.text.empty());
}

TEST_F(ReportCards, CountWhatTheCalibrationItselfSees) {
    const ReportCardRequest wanted = request("calibration", 4);
    const ReportCard card = reportCard(bench, project, wanted, job);
    const auto record = calibrate(bench, project, {wanted.modelFolder, "calibration", wanted.recipe}, job).record;
    const auto block = loadBlockStatistics(bench, record, 2);
    const GramHealth health = gramHealth(block->grams[3], wanted.health, job);
    const TapHealth& tap = card.taps[2 * 4 + 3];
    EXPECT_EQ(tap.tap, "model.layers.2.mlp.down_proj:input");
    EXPECT_EQ(tap.gram.tokens, health.tokens);
    EXPECT_NEAR(tap.gram.effectiveRank, health.effectiveRank, 1e-2 * health.effectiveRank);
    EXPECT_EQ(tap.gram.channelCoverage, health.channelCoverage);
}

TEST_F(ReportCards, TellRolesOfConversationsApart) {
    const auto model = bench.open(test::demoFolder() / "model", job);
    const TokenWindows windows = packSet(project, project.sets.front(), *model, request("", 32).recipe, job);
    const SetMix mix = mixOf(project, project.sets.front(), windows, *model, job);
    std::map<std::string, MixShare> roles;
    for (const MixShare& share : mix.roles)
        roles[share.name] = share;
    EXPECT_GT(roles["text"].tokens, 0u);
    EXPECT_GT(roles["assistant"].tokens, 0u);
    EXPECT_GT(roles["user"].tokens, 0u);
    std::map<std::string, MixShare> domains;
    for (const MixShare& share : mix.domains)
        domains[share.name] = share;
    EXPECT_EQ(roles["text"].tokens, windows.ids.size() - domains["chat"].tokens);
}

TEST_F(ReportCards, LeavePaddingOut) {
    ReportCardRequest wanted = request("greetings", 6);
    wanted.recipe.mode = PackingMode::OnePerWindow;
    wanted.matrix = GroupBy::Tag;
    EXPECT_THROW(reportCard(bench, project, wanted, job), Error); // a matrix of one group
    wanted.matrix.reset();
    const ReportCard card = reportCard(bench, project, wanted, job);
    EXPECT_EQ(card.windows, 6);
    EXPECT_EQ(card.documents, 6u);
    EXPECT_LT(card.tokens, 6u * 128);
    EXPECT_EQ(card.taps[0].gram.tokens, card.tokens);
    for (const auto& list : {card.mix.domains, card.mix.languages, card.mix.roles})
        EXPECT_EQ(tokensOf(list), card.tokens);
}

TEST_F(ReportCards, TheMatrixShowsWhatGreetingsCostCode) {
    CrossMatrixRequest wanted;
    wanted.recipe.sequenceLength = 128;
    wanted.recipe.maxWindows = 4;
    // One set of both texts, by their domains.
    CalibrationSet both;
    both.name = "both";
    for (const CalibrationSet& set : project.sets)
        for (const std::uint32_t document : set.documents)
            both.documents.push_back(document);
    const auto model = bench.open(test::demoFolder() / "model", job);
    const CrossMatrix matrix = crossMatrix(bench, project, both, *model, wanted, job);
    EXPECT_EQ(matrix.block, 3);
    EXPECT_EQ(matrix.windows, 4);
    const std::size_t groups = matrix.groups.size();
    ASSERT_GE(groups, 3u);
    EXPECT_TRUE(std::ranges::is_sorted(matrix.groups));
    ASSERT_EQ(matrix.relative.size(), groups * groups);
    for (std::size_t a = 0; a < groups; ++a) {
        EXPECT_EQ(matrix.relative[matrix.at(a, a)], 1);
        EXPECT_EQ(matrix.gramDistance[matrix.at(a, a)], 0);
        for (std::size_t b = 0; b < groups; ++b)
            EXPECT_NEAR(matrix.error[matrix.at(a, b)], matrix.relative[matrix.at(a, b)] * matrix.error[matrix.at(b, b)],
                        1e-12);
    }
    EXPECT_GT(matrix.relative[at(matrix, "chat", "code")], 1.2);
    EXPECT_GT(matrix.gramDistance[at(matrix, "chat", "code")], 0.05);
}

TEST_F(ReportCards, TheMatrixByTagLeavesOutWhatFillsNoWindow) {
    test::put(folder / "short.txt", "too short");
    importFiles(project, {folder / "short.txt"}, {"short", {}}, job);
    CalibrationSet all;
    all.name = "all";
    for (std::uint32_t document = 0; document < project.corpus.size(); ++document)
        all.documents.push_back(document);
    CrossMatrixRequest wanted;
    wanted.by = GroupBy::Tag;
    wanted.recipe.sequenceLength = 128;
    wanted.recipe.maxWindows = 3;
    wanted.block = 1;
    const auto model = bench.open(test::demoFolder() / "model", job);
    const CrossMatrix matrix = crossMatrix(bench, project, all, *model, wanted, job);
    EXPECT_THAT(matrix.groups, ElementsAre("calibration", "greetings"));
    ASSERT_EQ(matrix.leftOut.size(), 1u);
    EXPECT_EQ(matrix.leftOut[0].group, "short");
    EXPECT_EQ(matrix.leftOut[0].documents, 1u);
    EXPECT_GT(matrix.relative[at(matrix, "greetings", "calibration")], 1.2);

    wanted.block = 6;
    EXPECT_THROW(crossMatrix(bench, project, all, *model, wanted, job), Error);
    wanted.block = -1;
    EXPECT_THAT([&] { crossMatrix(bench, project, project.sets.back(), *model, wanted, job); },
                ThrowsMessage<Error>(HasSubstr("fill a window")));
}

TEST_F(ReportCards, StopWhenAskedAndRefuseNonsense) {
    std::stop_source stop;
    JobContext stopped(stop.get_token(),
                       [&](const Progress& progress) {
                           if (progress.stage == "report card" && progress.done == 1)
                               stop.request_stop();
                       },
                       {});
    EXPECT_THROW(reportCard(bench, project, request("calibration", 4), stopped), Error);
    ReportCardRequest wanted = request("calibration", 4);
    wanted.enoughBelow = 0;
    EXPECT_THROW(reportCard(bench, project, wanted, job), Error);
}

} // namespace
} // namespace vernier
