#include "core/base/error.h"
#include "core/model/head.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/drift.h"
#include "core/workbench/gram_conditions.h"
#include "core/workbench/import_files.h"
#include "core/workbench/pack_set.h"
#include "core/workbench/statistics.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// A project whose little set has been calibrated on.
class Statistics : public testing::Test {
protected:
    test::TemporaryFolder folder;
    Workbench bench{folder / "cache"};
    Project project;
    JobContext job;
    CalibrateRequest calibration;

    void SetUp() override {
        std::istringstream all(test::get(test::demoFolder() / "text" / "calibration.jsonl"));
        std::string line, some;
        for (int i = 0; i < 40 && std::getline(all, line); ++i)
            some += line + '\n';
        test::put(folder / "some.jsonl", some);
        importFiles(project, {folder / "some.jsonl"}, {"some", {}}, job);
        calibration.modelFolder = test::demoFolder() / "model";
        calibration.setName = "some";
        calibration.recipe.sequenceLength = 32;
        calibration.recipe.maxWindows = 3;
        remember(project, calibrate(bench, project, calibration, job).record);
    }
    std::vector<TapReport> report(const StatisticsRequest& request) {
        std::vector<TapReport> reports;
        reportStatistics(bench, project, request, job, [&](const TapReport& tap) { reports.push_back(tap); });
        return reports;
    }
};

TEST_F(Statistics, TellWhatTheCalibrationSawAndWhichTokenCausedIt) {
    StatisticsRequest request;
    request.taps = "*.2.mlp.down_proj:input";
    request.extremes = 3;
    const auto reports = report(request);
    ASSERT_EQ(reports.size(), 1u);
    const TapReport& tap = reports[0];
    const auto block = loadBlockStatistics(bench, project.calibrations.back(), 2);
    const TapStatistics& statistics = block->taps[3];
    EXPECT_EQ(tap.tap.name, "model.layers.2.mlp.down_proj:input");
    EXPECT_EQ(tap.tokens, 96u);
    EXPECT_EQ(tap.max, double{statistics.max()});
    EXPECT_EQ(tap.kurtosis, statistics.kurtosis());
    EXPECT_EQ(tap.outliers, statistics.outlierChannels(6));
    ASSERT_EQ(tap.ranges.size(), std::size(kClippingMethods));
    EXPECT_EQ(tap.ranges[4].high, findClippingRange(statistics, ClippingMethod::Entropy).high);

    ASSERT_EQ(tap.extremes.size(), 3u);
    const auto model = bench.open(calibration.modelFolder, job);
    const TokenWindows windows = packSet(project, project.sets.front(), *model, calibration.recipe, job);
    const ReportedExtreme& worst = tap.extremes[0];
    EXPECT_EQ(worst.extreme, statistics.extremes.values()[0]);
    ASSERT_TRUE(worst.place.has_value());
    EXPECT_EQ(static_cast<std::uint64_t>(worst.place->window * 32 + worst.place->position), worst.extreme.row);
    EXPECT_EQ(worst.token, model->tokenizer.tokenBytes(windows.ids[worst.extreme.row]));
    EXPECT_THAT(worst.source, HasSubstr("some.jsonl"));
    const auto row = static_cast<std::ptrdiff_t>(worst.extreme.row), window = row - row % 32;
    const auto text = [&](std::ptrdiff_t from, std::ptrdiff_t to) {
        return model->tokenizer.decode(
            {windows.ids.begin() + std::max(from, window), windows.ids.begin() + std::min(to, window + 32)});
    };
    EXPECT_EQ(worst.before + worst.token + worst.after, text(row - 8, row + 9));
    EXPECT_EQ(worst.before, text(row - 8, row));
    EXPECT_EQ(worst.document, project.sets.front().documents[worst.place->document]);
}

TEST_F(Statistics, TellWhatCausedTheLargestValueOfEveryChannel) {
    const auto block = loadBlockStatistics(bench, project.calibrations.back(), 1);
    const TapStatistics& statistics = block->taps[0];
    for (const Index channel : {Index{0}, statistics.channels.channels() - 1}) {
        const auto reports = report({.taps = "*.1.self_attn.q_proj:input", .kept = {.channel = channel}});
        ASSERT_EQ(reports.size(), 1u);
        const auto& extremes = reports[0].extremes;
        ASSERT_FALSE(extremes.empty());
        EXPECT_EQ(std::abs(extremes[0].extreme.value), statistics.channels.absMax(channel));
        EXPECT_EQ(extremes[0].extreme.row, statistics.channels.absMaxRow[static_cast<std::size_t>(channel)]);
        EXPECT_FALSE(extremes[0].token.empty());
    }
    const double most{statistics.max()};
    const auto tail = report({.taps = "*.1.self_attn.q_proj:input", .kept = {.low = most}});
    ASSERT_EQ(tail[0].extremes.size(), 1u);
    EXPECT_EQ(double{tail[0].extremes[0].extreme.value}, most);
}

TEST_F(Statistics, CoverTheTapsThatFit) {
    EXPECT_EQ(report({.taps = "*layers.[01].*proj:input"}).size(), 8u);
    EXPECT_THAT([&] { report({.taps = "*.nothing"}); }, ThrowsMessage<Error>(HasSubstr("no tap fits *.nothing")));
}

TEST_F(Statistics, KeepTheirNumbersWhenTheTokensAreGone) {
    project.sets.front().documents = {project.sets.front().documents[0]};
    const auto reports = report({.taps = "*layers.0.self_attn.q_proj:input"});
    ASSERT_EQ(reports.size(), 1u);
    EXPECT_FALSE(reports[0].extremes.at(0).place.has_value());
    EXPECT_GT(reports[0].max, 0.0);
}

TEST_F(Statistics, CoverTheLogitsWhereTheyWereWanted) {
    const auto blocksBefore = project.calibrations.back().blockKeys;
    EXPECT_THAT([&] { report({.taps = "lm_head:output"}); }, ThrowsMessage<Error>(HasSubstr("no tap fits")));
    calibration.logits = true;
    const CalibrateOutcome first = calibrate(bench, project, calibration, job);
    EXPECT_FALSE(first.fromCache);
    EXPECT_EQ(first.record.blockKeys, blocksBefore); // the blocks are those of the calibration without logits
    remember(project, first.record);
    EXPECT_TRUE(calibrate(bench, project, calibration, job).fromCache);
    calibration.logits = false;
    remember(project, calibrate(bench, project, calibration, job).record);
    ASSERT_EQ(project.calibrations.size(), 1u); // which still knows of its logits

    const auto reports = report({.taps = "lm_head:*"});
    ASSERT_EQ(reports.size(), 1u);
    const auto model = bench.open(calibration.modelFolder, job);
    const TokenWindows windows = packSet(project, project.sets.front(), *model, calibration.recipe, job);
    const HiddenStates hidden = finalHidden(model->model, windows, {}, {}, job);
    Matrix buffer, logits(96, model->model.spec.vocabularySize);
    Head(model->model).logits(hidden.read(0, buffer), logits.view());
    double least = 0, most = 0, sum = 0;
    for (Index row = 0; row < 96; ++row)
        for (Index c = 0; c < logits.cols(); ++c) {
            const auto value = double{logits.view()(row, c)};
            least = std::min(least, value), most = std::max(most, value), sum += value;
        }
    EXPECT_EQ(reports[0].tokens, 96u);
    EXPECT_EQ(reports[0].channels, logits.cols());
    EXPECT_EQ(reports[0].min, least);
    EXPECT_EQ(reports[0].max, most);
    EXPECT_NEAR(reports[0].mean, sum / (96.0 * static_cast<double>(logits.cols())), 1e-6);
    EXPECT_EQ(reports[0].ranges.size(), std::size(kClippingMethods));
    EXPECT_TRUE(reports[0].extremes.at(0).place.has_value());
}

TEST_F(Statistics, ClipChannelByChannelWhereHistogramsOfChannelsWereWanted) {
    const auto blocksBefore = project.calibrations.back().blockKeys;
    calibration.observers.channelHistograms = true;
    const CalibrationRecord record = calibrate(bench, project, calibration, job).record;
    EXPECT_NE(record.blockKeys, blocksBefore);
    remember(project, record);
    const auto reports = report({.taps = "*.2.mlp.down_proj:input"});
    ASSERT_EQ(reports.size(), 1u);
    const auto& chosen = reports[0].channelRanges;
    ASSERT_EQ(chosen.size(), 4u); // all but the moving average
    EXPECT_EQ(chosen[2].method, ClippingMethod::MeanSquaredError);
    const auto block = loadBlockStatistics(bench, record, 2);
    const TapStatistics& tap = block->taps[3];
    const auto expected = findChannelRanges(tap, ClippingMethod::MeanSquaredError);
    double error = 0;
    for (std::size_t c = 0; c < expected.size(); ++c) {
        EXPECT_EQ(chosen[2].ranges[c].high, expected[c].high);
        error += expected[c].meanSquaredError / static_cast<double>(expected.size());
    }
    EXPECT_NEAR(chosen[2].meanSquaredError, error, 1e-12);
    EXPECT_GT(chosen[2].sqnrDb, reports[0].ranges[3].sqnrDb); // one grid per channel is finer than one for all
}

TEST_F(Statistics, TellHowWellConditionedEveryGramIs) {
    const CalibrationRecord& record = project.calibrations.back();
    const auto conditions = gramConditions(bench, record, 1, job);
    const auto block = loadBlockStatistics(bench, record, 1);
    ASSERT_EQ(conditions.size(), block->grams.size());
    for (std::size_t i = 0; i < conditions.size(); ++i)
        EXPECT_EQ(conditions[i], gramHealth(block->grams[i], {}, job));
    EXPECT_EQ(gramConditions(bench, record, 1, job), conditions); // from the cache
    EXPECT_EQ(conditions[0].tokens, 96u);
    std::filesystem::remove_all(folder / "cache");
    EXPECT_TRUE(gramConditions(bench, record, 1, job).empty());
}

TEST_F(Statistics, SayWhatIsMissing) {
    EXPECT_THAT([&] { report({.setName = "other"}); }, ThrowsMessage<Error>(HasSubstr("other")));
    std::filesystem::remove_all(folder / "cache");
    EXPECT_THAT([&] { report({}); }, ThrowsMessage<Error>(HasSubstr("no longer has block 0")));
}

TEST_F(Statistics, DriftIsThatOfTheTapsOfBothCalibrations) {
    std::istringstream all(test::get(test::demoFolder() / "text" / "evaluation.jsonl"));
    std::string line, some;
    for (int i = 0; i < 40 && std::getline(all, line); ++i)
        some += line + '\n';
    test::put(folder / "other.jsonl", some);
    importFiles(project, {folder / "other.jsonl"}, {"other", {}}, job);
    EXPECT_THAT([&] { reportDrift(bench, project, {.against = "other"}, job); },
                ThrowsMessage<Error>(HasSubstr("none was made on the set other")));
    calibration.setName = "other";
    remember(project, calibrate(bench, project, calibration, job).record);

    const auto reports = reportDrift(bench, project, {.against = "other", .taps = "*:input"}, job);
    ASSERT_EQ(reports.size(), 24u);
    EXPECT_TRUE(std::ranges::is_sorted(reports, std::ranges::greater(),
                                       [](const DriftReport& report) { return report.drift.divergence; }));
    const auto before = loadBlockStatistics(bench, project.calibrations[0], 2);
    const auto after = loadBlockStatistics(bench, project.calibrations[1], 2);
    const auto found = std::ranges::find(reports, "model.layers.2.mlp.down_proj:input",
                                         [](const DriftReport& report) { return report.tap.name; });
    ASSERT_NE(found, reports.end());
    EXPECT_EQ(found->block, 2);
    EXPECT_EQ(found->drift.divergence, jensenShannon(before->taps[3].histogram, after->taps[3].histogram));
    EXPECT_GT(found->drift.divergence, 0);
    EXPECT_EQ(found->low, double{before->taps[3].min()});
    EXPECT_EQ(found->otherHigh, double{after->taps[3].max()});
    for (const DriftReport& report : reportDrift(bench, project, {"some", "some", "*.0.*:input"}, job))
        EXPECT_EQ(report.drift.divergence, 0);
    EXPECT_THAT([&] { reportDrift(bench, project, {.against = "some", .taps = "x"}, job); },
                ThrowsMessage<Error>(HasSubstr("no tap fits x")));
    project.calibrations[1].modelFingerprint = "another";
    EXPECT_THAT([&] { reportDrift(bench, project, {.against = "other"}, job); },
                ThrowsMessage<Error>(HasSubstr("of another model")));
}

} // namespace
} // namespace vernier
