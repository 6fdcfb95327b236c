// How long the Layers workspace keeps the interface's thread at most, with taps of 4096 channels. Times depend on the
// machine and are only reported; what is asserted is that everything happened.

#include "tests/ui/layers/synthetic_statistics.h"
#include "tests/ui/support/event_watchdog.h"
#include "ui/bridge/range_history.h"
#include "ui/layers/clipping_table.h"
#include "ui/layers/clipping_view.h"
#include "ui/layers/layers_page.h"
#include "ui/layers/tap_list.h"
#include "ui/layers/tap_panel.h"
#include "ui/layers/tap_tree_model.h"
#include "ui/plots/channel_plot.h"
#include "ui/plots/histogram_plot.h"

#include <QComboBox>
#include <QSpinBox>
#include <QTest>
#include <QTreeView>

#include <iostream>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

struct WatchedLayersPage : testing::Test {
    static constexpr Index kTokens = 32, kChannels = 4096;

    WatchedLayersPage() {
        page.resize(1400, 900);
        page.show();
        studio.statistics.beginRun(QStringLiteral("default"));
        for (int block = 0; block < studio.statistics.blockCount(); ++block)
            blocks.push_back(test::makeBlock(studio.statistics, block, kTokens, kChannels));
    }
    /// Takes a step, waits for what follows, and tells what kept the interface longest meanwhile.
    void watched(const char* name, const std::function<void()>& work) {
        test::EventWatchdog watchdog;
        watchdog.step(QString::fromLatin1(name), work);
        ASSERT_TRUE(studio.settle()) << name;
        test::waitFor([] { return false; }, 30); // queued redraws
        EXPECT_GT(watchdog.events(), 0U);
        const test::Busy& busy = watchdog.longest();
        std::cout << "  " << name << ": " << static_cast<double>(busy.cpu.count()) / 1000 << " ms of the processor, "
                  << static_cast<double>(busy.wall.count()) / 1000 << " ms on the clock in " << qPrintable(busy.what)
                  << '\n';
    }
    template <class Widget>
    Widget& find() {
        return *page.findChild<Widget*>();
    }

    test::StudioWithModel studio;
    LayersPage page{studio.services};
    std::vector<std::shared_ptr<const BlockStatistics>> blocks;
};

TEST_F(WatchedLayersPage, WorksOnFourThousandChannels) {
    watched("blocks arrive", [this] {
        for (const auto& block : blocks)
            studio.statistics.addBlock(block);
    });
    ASSERT_NE(page.panel().analysis(), nullptr);
    EXPECT_EQ(page.panel().analysis()->channelMax.size(), static_cast<std::size_t>(kChannels));
    watched("select a tap", [this] { studio.selection.selectTap(3, 2); });
    EXPECT_EQ(page.panel().analysis()->channelMax[5], double{blocks[3]->taps[2].channels.max[5]});
    watched("other bits", [this] { find<QSpinBox>().setValue(4); });
    EXPECT_EQ(page.panel().analysis()->settings.bits, 4);
    watched("drag an end", [this] { emit page.panel().clipping().histogram().rangeDragged(-2, 3); });
    EXPECT_EQ(find<ClippingTable>().item(ClippingTable::chosenRow(), 2)->text(), QStringLiteral("3"));
    watched("drag it further", [this] { emit page.panel().clipping().histogram().rangeDragged(-2, 4); });
    watched("let it go", [this] { emit page.panel().clipping().histogram().rangeDropped(-2, 4); });
    EXPECT_EQ(studio.session.project()->chosenRanges.size(), 1u);
    watched("undo", [this] { studio.session.ranges().undo(); });
    EXPECT_TRUE(studio.session.project()->chosenRanges.empty());
    watched("energy", [this] { page.panel().clipping().histogram().setEnergy(true); });
    watched("sort channels", [this] { find<ChannelPlot>().setSorted(true); });
    watched("sort taps", [this] { find<QTreeView>().sortByColumn(TapTreeModel::Kurtosis, Qt::DescendingOrder); });
    watched("all kinds of taps", [this] {
        auto& kinds = *find<TapList>().findChild<QComboBox*>();
        kinds.setCurrentIndex(kinds.count() - 1);
    });
    EXPECT_EQ(find<QTreeView>().model()->rowCount(find<QTreeView>().model()->index(0, 0)), 4 + 7 + 3);
    auto& histogram = page.panel().clipping().histogram();
    std::cout << "  redraws: ranges " << histogram.redrawRangesNow() << " ms, histogram " << histogram.redrawNow()
              << " ms, channels " << find<ChannelPlot>().redrawNow() << " ms on the clock\n";
}

} // namespace
} // namespace vernier::ui
