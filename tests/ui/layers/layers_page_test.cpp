#include "tests/ui/layers/synthetic_statistics.h"

#include "core/store/project_file.h"
#include "ui/bridge/range_history.h"
#include "ui/bridge/run_edits.h"
#include "ui/bridge/text.h"
#include "ui/layers/clipping_table.h"
#include "ui/layers/clipping_view.h"
#include "ui/layers/layers_page.h"
#include "ui/layers/tap_panel.h"
#include "ui/layers/tap_tree_model.h"
#include "ui/plots/channel_plot.h"
#include "ui/plots/histogram_plot.h"
#include "ui/plots/number_format.h"

#include <QAbstractButton>
#include <QCheckBox>
#include <QComboBox>
#include <QMouseEvent>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QTreeView>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

struct LayersPageTest : testing::Test {
    LayersPageTest() : page(studio.services) {
        page.resize(1200, 800);
        page.show();
    }
    void calibrate(int blocks) {
        studio.statistics.beginRun(QStringLiteral("default"));
        for (int block = 0; block < blocks; ++block)
            studio.statistics.addBlock(test::makeBlock(studio.statistics, block));
        studio.settle();
    }
    HistogramPlot& histogram() { return page.panel().clipping().histogram(); }
    template <class Widget>
    Widget& find() {
        return *page.findChild<Widget*>();
    }

    test::StudioWithModel studio;
    LayersPage page;
};

TEST_F(LayersPageTest, SaysWhatToDoWithoutACalibration) {
    EXPECT_TRUE(page.isEmpty());
    QSignalSpy wanted(&studio.navigator, &Navigator::pageRequested);
    // Of all the buttons only the empty state's is visible.
    for (auto* button : page.findChildren<QAbstractButton*>())
        if (button->isVisible())
            button->click();
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_EQ(wanted[0][0].toString(), page::kRuns);
}

TEST_F(LayersPageTest, FillsInWhileACalibrationRuns) {
    calibrate(1);
    EXPECT_FALSE(page.isEmpty());
    EXPECT_EQ(studio.selection.block(), 0);
    EXPECT_FALSE(histogram().csv().isEmpty());
    studio.selection.selectTap(1, 0);
    studio.settle();
    EXPECT_TRUE(histogram().csv().isEmpty());
    studio.statistics.addBlock(test::makeBlock(studio.statistics, 1));
    studio.settle();
    EXPECT_FALSE(histogram().csv().isEmpty());
}

TEST_F(LayersPageTest, ReadsOutWhatTheCoreComputes) {
    calibrate(1);
    const auto block = studio.statistics.block(0);
    for (const int bits : {8, 4}) {
        find<QSpinBox>().setValue(bits);
        studio.settle();
        const ClippingTable& table = find<ClippingTable>();
        ASSERT_EQ(table.rowCount(), std::ssize(kClippingMethods) + 1);
        for (int row = 0; row < ClippingTable::chosenRow(); ++row) {
            const ClippingRange range =
                findClippingRange(block->taps[0], kClippingMethods[row], {.grid = {.bits = bits}});
            EXPECT_EQ(table.item(row, 1)->text(), formatNumber(range.low));
            EXPECT_EQ(table.item(row, 2)->text(), formatNumber(range.high));
            EXPECT_EQ(table.item(row, 3)->text(), formatNumber((range.high - range.low) / ((1 << bits) - 1)));
            EXPECT_EQ(table.item(row, 6)->text(), formatNumber(range.meanSquaredError, 3));
            EXPECT_EQ(table.item(row, 7)->text(), formatFixed(range.sqnrDb, 2));
        }
    }
}

TEST_F(LayersPageTest, TheNumbersOfADraggedHandleAreThoseOfTheCore) {
    calibrate(1);
    HistogramPlot& histogram = this->histogram();
    auto& table = find<ClippingTable>();
    const QString tap = studio.statistics.tapName(0, 0);
    const auto block = studio.statistics.block(0);
    const TapStatistics& statistics = block->taps[0];
    const auto expectRow = [&](double low, double high) {
        const RangeJudge judge(statistics.histogram, double{statistics.min()}, double{statistics.max()});
        const ClippingRange range = judge.judge(low, high, {.bits = 8});
        const QStringList texts{formatNumber(range.low), formatNumber(range.high), formatNumber(range.scale),
                                QString::number(range.zeroPoint)};
        for (int i = 0; i < texts.size(); ++i)
            EXPECT_EQ(table.item(ClippingTable::chosenRow(), 1 + i)->text(), texts[i]);
        EXPECT_EQ(table.item(ClippingTable::chosenRow(), 6)->text(), formatNumber(range.meanSquaredError, 3));
        EXPECT_EQ(table.item(ClippingTable::chosenRow(), 7)->text(), formatFixed(range.sqnrDb, 2));
    };
    EXPECT_EQ(table.item(ClippingTable::chosenRow(), 1)->text(), QStringLiteral("–"));

    table.selectMethod(0);
    QWidget& canvas = *histogram.childAt(histogram.rect().center());
    const int y = canvas.height() / 2;
    int grip = canvas.width() - 1; // the high end of min/max
    for (; grip > 0 && canvas.cursor().shape() != Qt::SizeHorCursor; --grip)
        QTest::mouseMove(&canvas, {grip, y});
    grip -= 6;
    QSignalSpy dragged(&histogram, &HistogramPlot::rangeDragged);
    QTest::mousePress(&canvas, Qt::LeftButton, Qt::NoModifier, {grip, y});
    for (const int to : {grip - 30, grip - 60, grip - 90}) {
        QMouseEvent move(QEvent::MouseMove, QPointF(to, y), canvas.mapToGlobal(QPointF(to, y)), Qt::NoButton,
                         Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&canvas, &move);
        ASSERT_FALSE(dragged.isEmpty());
        expectRow(dragged.last()[0].toDouble(), dragged.last()[1].toDouble()); // before control returns
        EXPECT_EQ(table.method(), ClippingTable::chosenRow());
        EXPECT_TRUE(studio.session.project()->chosenRanges.empty());
    }
    QTest::mouseRelease(&canvas, Qt::LeftButton, Qt::NoModifier, {grip - 90, y});
    const ChosenRange* chosen = studio.session.ranges().find(tap);
    ASSERT_NE(chosen, nullptr);
    EXPECT_FALSE(chosen->method);
    EXPECT_LT(chosen->high, double{statistics.max()});
    EXPECT_EQ(chosen->high, dragged.last()[1].toDouble());
    EXPECT_EQ(studio.session.project()->chosenRanges.size(), 1u);

    studio.session.ranges().undo();
    EXPECT_EQ(table.item(ClippingTable::chosenRow(), 1)->text(), QStringLiteral("–"));
    EXPECT_TRUE(studio.session.project()->chosenRanges.empty());
}

TEST_F(LayersPageTest, TakesTheRangeOfAMethodAndForgetsIt) {
    calibrate(1);
    const auto block = studio.statistics.block(0);
    const ClippingRange percentile = findClippingRange(block->taps[0], ClippingMethod::Percentile);
    emit histogram().rangeClicked(2);
    const ChosenRange* chosen = studio.session.ranges().find(studio.statistics.tapName(0, 0));
    ASSERT_NE(chosen, nullptr);
    EXPECT_EQ(chosen->method, ClippingMethod::Percentile);
    EXPECT_EQ(chosen->low, percentile.low);
    EXPECT_EQ(chosen->high, percentile.high);
    // A tap of its own: the next one has none.
    studio.selection.selectTap(0, 1);
    studio.settle();
    EXPECT_EQ(find<ClippingTable>().item(ClippingTable::chosenRow(), 1)->text(), QStringLiteral("–"));
    studio.selection.selectTap(0, 0);
    studio.settle();
    EXPECT_EQ(find<ClippingTable>().item(ClippingTable::chosenRow(), 1)->text(), formatNumber(percentile.low));
    for (auto* button : page.findChildren<QPushButton*>())
        if (button->text() == QStringLiteral("Forget"))
            button->click();
    EXPECT_TRUE(studio.session.project()->chosenRanges.empty());
}

TEST_F(LayersPageTest, JudgesOnASymmetricGrid) {
    calibrate(1);
    for (auto* box : page.findChildren<QCheckBox*>())
        if (box->text() == QStringLiteral("Symmetric"))
            box->click();
    studio.settle();
    const ClippingRange range = findClippingRange(studio.statistics.block(0)->taps[0], ClippingMethod::MeanSquaredError,
                                                  {.grid = {.symmetric = true}});
    EXPECT_EQ(find<ClippingTable>().item(3, 1)->text(), formatNumber(-range.high));
    EXPECT_EQ(find<ClippingTable>().item(3, 4)->text(), QStringLiteral("128"));
    EXPECT_EQ(find<ClippingTable>().item(3, 7)->text(), formatFixed(range.sqnrDb, 2));
}

TEST_F(LayersPageTest, FindsTheLoudChannelAndLinksItsSelection) {
    calibrate(1);
    auto& channels = find<ChannelPlot>();
    EXPECT_EQ(channels.outliers(), std::vector<int>{5});
    QSignalSpy changed(&studio.selection, &Selection::channelChanged);
    emit channels.channelClicked(5);
    EXPECT_EQ(studio.selection.channel(), 5);
    EXPECT_EQ(channels.selectedChannel(), 5);
    EXPECT_EQ(changed.count(), 1);
}

TEST_F(LayersPageTest, BracketsGoToTheNeighbouringTaps) {
    calibrate(2);
    auto& tree = find<QTreeView>();
    tree.setFocus();
    QTest::keyClick(&tree, Qt::Key_BracketRight);
    EXPECT_EQ(studio.selection.group(), 1);
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(&tree, Qt::Key_BracketRight);
    EXPECT_EQ(studio.selection.block(), 1);
    EXPECT_EQ(studio.selection.group(), 0);
    QTest::keyClick(&tree, Qt::Key_BracketLeft);
    EXPECT_EQ(studio.selection.block(), 0);
    EXPECT_EQ(studio.selection.group(), 3);
    EXPECT_EQ(tree.currentIndex().row(), 3);
    QTest::keyClick(&tree, Qt::Key_L);
    EXPECT_FALSE(histogram().logarithmic());
}

TEST_F(LayersPageTest, SortsByAColumnAndStepsInThatOrder) {
    calibrate(3);
    auto& tree = find<QTreeView>();
    tree.sortByColumn(TapTreeModel::Outliers, Qt::DescendingOrder);
    std::vector<double> blocks;
    for (int row = 0; row < 3; ++row)
        blocks.push_back(tree.model()->index(row, TapTreeModel::Outliers).data(TapTreeModel::SortRole).toDouble());
    EXPECT_TRUE(std::ranges::is_sorted(blocks, std::ranges::greater()));
    EXPECT_GT(blocks[0], blocks[2]);
    // Blocks that have not arrived stand last, whichever way the column is sorted.
    EXPECT_FALSE(tree.model()->index(3, TapTreeModel::Outliers).data(TapTreeModel::SortRole).isValid());
    tree.sortByColumn(TapTreeModel::Outliers, Qt::AscendingOrder);
    EXPECT_FALSE(tree.model()->index(3, TapTreeModel::Outliers).data(TapTreeModel::SortRole).isValid());
    const QModelIndex first = tree.model()->index(0, 0);
    tree.setCurrentIndex(tree.model()->index(0, 0, first));
    QTest::keyClick(&tree, Qt::Key_BracketRight);
    EXPECT_EQ(tree.currentIndex(), tree.model()->index(1, 0, first));
}

TEST_F(LayersPageTest, ShowsTheErrorsOfTheRunThatIsSelectedAnywhere) {
    saveProject(test::StudioFixture::projectWithRuns(), studio.folder / "runs.vernier");
    studio.session.open(fromPath(studio.folder / "runs.vernier"));
    studio.settle();
    studio.model.open(test::StudioFixture::demoModel());
    studio.settle();
    calibrate(1);
    auto& tree = find<QTreeView>();
    const auto error = [&tree](int tap) {
        return tree.model()->index(tap, TapTreeModel::Error, tree.model()->index(0, 0)).data().toString();
    };
    QComboBox* runs = nullptr;
    for (auto* box : page.findChildren<QComboBox*>())
        if (box->accessibleName().contains(QStringLiteral("Run")))
            runs = box;
    ASSERT_TRUE(runs);
    EXPECT_EQ(error(0), QStringLiteral("–"));
    studio.selection.selectRun(QStringLiteral("gptq-3bit-g64"));
    EXPECT_EQ(error(0), formatNumber(0.01, 3));
    EXPECT_TRUE(runs->currentText().contains(QStringLiteral("gptq-3bit-g64")));
    runs->setFocus();
    QTest::keyClick(runs, Qt::Key_Down); // awq
    EXPECT_EQ(studio.selection.run(), QStringLiteral("awq-3bit-g64"));
    EXPECT_EQ(error(3), formatNumber(0.02, 3));
    EXPECT_EQ(error(1), QStringLiteral("–")); // the run has no report of o_proj
    studio.session.runs().remove({QStringLiteral("awq-3bit-g64")});
    EXPECT_EQ(error(3), QStringLiteral("–"));
}

TEST_F(LayersPageTest, KeepsTheBlocksOfACalibrationThatIsCancelled) {
    studio.importDemo();
    studio.model.open(test::StudioFixture::demoModel());
    studio.settle();
    QSignalSpy arrived(&studio.statistics, &StatisticsStore::blockArrived);
    const JobId job = studio.session.calibrate(test::StudioFixture::smallCalibration(32, 256));
    ASSERT_TRUE(test::waitFor([&arrived] { return arrived.count() > 0; }));
    studio.jobs.cancel(job);
    ASSERT_TRUE(studio.settle());
    ASSERT_EQ(studio.statistics.source(), StatisticsStore::Source::Partial) << "it had ended before it was cancelled";
    const int blocks = studio.statistics.arrivedBlocks();
    EXPECT_LT(blocks, studio.statistics.blockCount());
    EXPECT_FALSE(page.isEmpty());
    EXPECT_FALSE(histogram().csv().isEmpty());
    const auto& model = *find<QTreeView>().model();
    for (int block = 0; block < model.rowCount(); ++block)
        EXPECT_EQ(model.index(block, TapTreeModel::Range).data().toString() == QStringLiteral("…"), block >= blocks);
    EXPECT_TRUE(studio.session.project()->calibrations.empty());
}

TEST_F(LayersPageTest, DescribesItsPlotsToScreenReaders) {
    calibrate(1);
    for (const auto* view : page.findChildren<PlotView*>()) {
        EXPECT_FALSE(view->accessibleName().isEmpty());
        if (view->isVisible()) {
            EXPECT_TRUE(view->accessibleName().contains(QStringLiteral("q_proj")));
        }
        EXPECT_FALSE(view->accessibleDescription().isEmpty());
    }
    EXPECT_FALSE(find<QTreeView>().accessibleName().isEmpty());
    EXPECT_FALSE(find<ClippingTable>().accessibleName().isEmpty());
    EXPECT_FALSE(find<QSpinBox>().accessibleName().isEmpty());
}

TEST_F(LayersPageTest, ShowsTheNewestOfManySelections) {
    calibrate(4);
    for (int block = 0; block < 4; ++block)
        for (int group = 0; group < 4; ++group)
            studio.selection.selectTap(block, group);
    studio.settle();
    const auto last = studio.statistics.block(3);
    ASSERT_NE(page.panel().analysis(), nullptr);
    EXPECT_EQ(page.panel().analysis()->channelMax[5], last->taps[3].channels.max[5]);
    EXPECT_TRUE(histogram().title().contains(QStringLiteral("model.layers.3.mlp.down_proj")));
}

} // namespace
} // namespace vernier::ui
