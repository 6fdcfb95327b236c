#include "tests/ui/layers/synthetic_statistics.h"

#include "ui/bridge/text.h"
#include "ui/layers/clipping_table.h"
#include "ui/layers/layers_page.h"
#include "ui/layers/tap_panel.h"
#include "ui/plots/channel_plot.h"
#include "ui/plots/histogram_plot.h"
#include "ui/plots/number_format.h"

#include <QAbstractButton>
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
    EXPECT_FALSE(find<HistogramPlot>().csv().isEmpty());
    studio.selection.selectTap(1, 0);
    studio.settle();
    EXPECT_TRUE(find<HistogramPlot>().csv().isEmpty());
    studio.statistics.addBlock(test::makeBlock(studio.statistics, 1));
    studio.settle();
    EXPECT_FALSE(find<HistogramPlot>().csv().isEmpty());
}

TEST_F(LayersPageTest, ReadsOutWhatTheCoreComputes) {
    calibrate(1);
    const auto block = studio.statistics.block(0);
    for (const int bits : {8, 4}) {
        find<QSpinBox>().setValue(bits);
        studio.settle();
        const ClippingTable& table = find<ClippingTable>();
        ASSERT_EQ(table.rowCount(), std::ssize(kClippingMethods));
        for (int row = 0; row < table.rowCount(); ++row) {
            const ClippingRange range =
                findClippingRange(block->taps[0], kClippingMethods[row], {.grid = {.bits = bits}});
            EXPECT_EQ(table.item(row, 1)->text(), formatNumber(range.low));
            EXPECT_EQ(table.item(row, 2)->text(), formatNumber(range.high));
            EXPECT_EQ(table.item(row, 3)->text(), formatNumber((range.high - range.low) / ((1 << bits) - 1)));
            EXPECT_EQ(table.item(row, 5)->text(), formatNumber(range.meanSquaredError, 3));
            EXPECT_EQ(table.item(row, 6)->text(), formatFixed(range.sqnrDb, 2));
        }
    }
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
    EXPECT_FALSE(find<HistogramPlot>().logarithmic());
}

TEST_F(LayersPageTest, DescribesItsPlotsToScreenReaders) {
    calibrate(1);
    for (const auto* view : page.findChildren<PlotView*>()) {
        EXPECT_TRUE(view->accessibleName().contains(QStringLiteral("q_proj")));
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
    EXPECT_TRUE(find<HistogramPlot>().title().contains(QStringLiteral("model.layers.3.mlp.down_proj")));
}

} // namespace
} // namespace vernier::ui
