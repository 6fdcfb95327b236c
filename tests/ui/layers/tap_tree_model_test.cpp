#include "tests/ui/layers/synthetic_statistics.h"

#include "core/store/project.h"
#include "ui/bridge/text.h"
#include "ui/layers/tap_findings.h"
#include "ui/layers/tap_tree_model.h"
#include "ui/plots/number_format.h"

#include <QAbstractItemModelTester>

#include <algorithm>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

using Tester = QAbstractItemModelTester;

QString cell(const TapTreeModel& model, int block, int group, int column) {
    return model.indexOf(block, group).siblingAtColumn(column).data().toString();
}

TEST(TapTreeModel, KeepsItsPromisesWhileBlocksArrive) {
    test::StudioWithModel studio;
    TapFindings findings(studio.services);
    TapTreeModel model(studio.statistics, studio.quickJobs, findings);
    const Tester tester(&model, Tester::FailureReportingMode::Fatal);
    EXPECT_EQ(model.rowCount(), 0);
    studio.statistics.beginRun(QStringLiteral("default"));
    EXPECT_EQ(model.rowCount(), studio.statistics.blockCount());
    EXPECT_EQ(model.rowCount(model.index(0, 0)), 4);
    EXPECT_EQ(cell(model, 2, 1, TapTreeModel::Range), QStringLiteral("…"));
    for (const int block : {2, 0, 1})
        studio.statistics.addBlock(test::makeBlock(studio.statistics, block));
    studio.settle();
    EXPECT_NE(cell(model, 2, 1, TapTreeModel::Range), QStringLiteral("…"));
    EXPECT_EQ(cell(model, 3, 1, TapTreeModel::Range), QStringLiteral("…"));
    studio.statistics.clear();
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(TapTreeModel, ShowsTheNumbersOfTheCore) {
    test::StudioWithModel studio;
    TapFindings findings(studio.services);
    TapTreeModel model(studio.statistics, studio.quickJobs, findings);
    studio.statistics.beginRun(QStringLiteral("default"));
    const auto block = test::makeBlock(studio.statistics, 0);
    studio.statistics.addBlock(block);
    studio.settle();
    const TapStatistics& tap = block->taps[3];
    EXPECT_EQ(cell(model, 0, 3, TapTreeModel::Range), formatRange(tap.min(), tap.max(), 3));
    EXPECT_EQ(cell(model, 0, 3, TapTreeModel::Rms), formatNumber(tap.rms(), 3));
    EXPECT_EQ(cell(model, 0, 3, TapTreeModel::Outliers), formatNumber(tap.outlierRatio(), 3) + QStringLiteral(" ×"));
    EXPECT_EQ(cell(model, 0, 3, TapTreeModel::Tap), QStringLiteral("down_proj"));
    EXPECT_EQ(cell(model, 0, 3, TapTreeModel::Kurtosis), formatNumber(tap.kurtosis(), 3));
    const double sqnr = findClippingRange(tap, ClippingMethod::MeanSquaredError).sqnrDb;
    EXPECT_EQ(cell(model, 0, 3, TapTreeModel::ClipSqnr), formatFixed(sqnr, 1));
    // A block shows its worst: the largest kurtosis, the smallest SQNR.
    double worst = 0, least = sqnr;
    for (const TapStatistics& one : block->taps) {
        worst = std::max(worst, one.kurtosis());
        least = std::min(least, findClippingRange(one, ClippingMethod::MeanSquaredError).sqnrDb);
    }
    EXPECT_EQ(cell(model, 0, -1, TapTreeModel::Kurtosis), formatNumber(worst, 3));
    EXPECT_EQ(cell(model, 0, -1, TapTreeModel::ClipSqnr), formatFixed(least, 1));
}

TEST(TapTreeModel, ShowsTheWorstErrorOfTheLinearsThatReadATap) {
    test::StudioWithModel studio;
    TapFindings findings(studio.services);
    TapTreeModel model(studio.statistics, studio.quickJobs, findings);
    studio.statistics.beginRun(QStringLiteral("default"));
    vernier::Run run;
    run.name = "r";
    run.reports = {{.name = "model.layers.0.self_attn.q_proj", .relativeError = 0.02},
                   {.name = "model.layers.0.self_attn.v_proj", .relativeError = 0.05},
                   {.name = "model.layers.0.mlp.down_proj", .relativeError = 0.01}};
    EXPECT_EQ(cell(model, 0, 0, TapTreeModel::Error), QStringLiteral("–"));
    model.setRun(&run);
    EXPECT_EQ(cell(model, 0, 0, TapTreeModel::Error), formatNumber(0.05, 3));
    EXPECT_EQ(cell(model, 0, 3, TapTreeModel::Error), formatNumber(0.01, 3));
    EXPECT_EQ(cell(model, 0, -1, TapTreeModel::Error), formatNumber(0.05, 3));
    EXPECT_EQ(cell(model, 1, -1, TapTreeModel::Error), QStringLiteral("–"));
    EXPECT_FALSE(model.indexOf(0, 1).siblingAtColumn(TapTreeModel::Error).data(TapTreeModel::SortRole).isValid());
    model.setRun(nullptr);
    EXPECT_EQ(cell(model, 0, 0, TapTreeModel::Error), QStringLiteral("–"));
}

TEST(TapTreeModel, ListsTheKindsOfTapsAskedFor) {
    test::StudioWithModel studio;
    TapFindings findings(studio.services);
    TapTreeModel model(studio.statistics, studio.quickJobs, findings);
    const Tester tester(&model, Tester::FailureReportingMode::Fatal);
    studio.statistics.beginRun(QStringLiteral("default"));
    studio.statistics.addBlock(test::makeBlock(studio.statistics, 0)); // of the inputs alone
    model.setKinds({TapKind::Residual});
    ASSERT_EQ(model.rowCount(model.index(0, 0)), 1);
    const TapTreeModel::Place residual = model.place(model.index(0, 0, model.index(0, 0)));
    EXPECT_EQ(studio.statistics.tapName(0, residual.group), QStringLiteral("model.layers.0:residual"));
    EXPECT_EQ(cell(model, 0, residual.group, TapTreeModel::Tap), QStringLiteral("residual"));
    EXPECT_FALSE(model.indexOf(0, 0).isValid());
    studio.settle();
    EXPECT_EQ(cell(model, 0, -1, TapTreeModel::Range), QStringLiteral("…"));
    model.setKinds(TapKinds::all());
    EXPECT_EQ(model.rowCount(model.index(0, 0)), 4 + 7 + 3);
    EXPECT_EQ(cell(model, 0, 4, TapTreeModel::Tap), QStringLiteral("q_proj output"));
}

TEST(TapTreeModel, DropsNumbersOfAnEarlierCalibration) {
    test::StudioWithModel studio;
    TapFindings findings(studio.services);
    TapTreeModel model(studio.statistics, studio.quickJobs, findings);
    studio.statistics.beginRun(QStringLiteral("first"));
    studio.statistics.addBlock(test::makeBlock(studio.statistics, 0));
    studio.statistics.beginRun(QStringLiteral("second")); // before the summary of the first was delivered
    studio.settle();
    EXPECT_EQ(cell(model, 0, 0, TapTreeModel::Range), QStringLiteral("…"));
}

} // namespace
} // namespace vernier::ui
