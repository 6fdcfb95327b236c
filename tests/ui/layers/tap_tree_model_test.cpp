#include "tests/ui/layers/synthetic_statistics.h"

#include "ui/layers/tap_tree_model.h"
#include "ui/plots/number_format.h"

#include <QAbstractItemModelTester>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

using Tester = QAbstractItemModelTester;

QString cell(const TapTreeModel& model, int block, int group, int column) {
    return model.indexOf(block, group).siblingAtColumn(column).data().toString();
}

TEST(TapTreeModel, KeepsItsPromisesWhileBlocksArrive) {
    test::StudioWithModel studio;
    TapTreeModel model(studio.statistics, studio.quickJobs);
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
    TapTreeModel model(studio.statistics, studio.quickJobs);
    studio.statistics.beginRun(QStringLiteral("default"));
    const auto block = test::makeBlock(studio.statistics, 0);
    studio.statistics.addBlock(block);
    studio.settle();
    const TapStatistics& tap = block->taps[3];
    EXPECT_EQ(cell(model, 0, 3, TapTreeModel::Range), formatRange(tap.min(), tap.max(), 3));
    EXPECT_EQ(cell(model, 0, 3, TapTreeModel::Rms), formatNumber(tap.rms(), 3));
    EXPECT_EQ(cell(model, 0, 3, TapTreeModel::Outliers), formatNumber(tap.outlierRatio(), 3) + QStringLiteral(" ×"));
    EXPECT_EQ(cell(model, 0, 3, TapTreeModel::Tap), QStringLiteral("down_proj"));
}

TEST(TapTreeModel, DropsNumbersOfAnEarlierCalibration) {
    test::StudioWithModel studio;
    TapTreeModel model(studio.statistics, studio.quickJobs);
    studio.statistics.beginRun(QStringLiteral("first"));
    studio.statistics.addBlock(test::makeBlock(studio.statistics, 0));
    studio.statistics.beginRun(QStringLiteral("second")); // before the summary of the first was delivered
    studio.settle();
    EXPECT_EQ(cell(model, 0, 0, TapTreeModel::Range), QStringLiteral("…"));
}

} // namespace
} // namespace vernier::ui
