#include "ui/layers/depth_view.h"

#include "core/calibrate/gram_health.h"
#include "core/store/project_file.h"
#include "tests/ui/layers/synthetic_statistics.h"
#include "ui/bridge/findings.h"
#include "ui/bridge/text.h"
#include "ui/layers/cause_panel.h"
#include "ui/layers/clipping_view.h"
#include "ui/layers/layers_page.h"
#include "ui/layers/tap_panel.h"
#include "ui/layers/tap_tree_model.h"
#include "ui/plots/channel_plot.h"
#include "ui/plots/histogram_plot.h"
#include "ui/plots/number_format.h"
#include "ui/plots/strips_plot.h"

#include <QComboBox>
#include <QTabWidget>
#include <QTest>
#include <QTreeView>

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

struct DepthViewTest : testing::Test {
    DepthViewTest() : page(studio.services), depth(page.depth()) {
        page.resize(1400, 900);
        page.show();
        views().setCurrentWidget(&depth);
    }
    QTabWidget& views() { return *page.findChild<QTabWidget*>(); }
    void calibrate(int blocks) {
        studio.statistics.beginRun(QStringLiteral("default"));
        for (int block = 0; block < blocks; ++block)
            studio.statistics.addBlock(test::makeBlock(studio.statistics, block));
        settle();
    }
    void settle() {
        studio.settle();
        test::waitFor([] { return false; }, 150); // numbers that arrive are drawn a moment later
        studio.settle();
    }
    const Strip* find(const QString& name) {
        const auto found = std::ranges::find(depth.strips().strips(), name, &Strip::name);
        return found == depth.strips().strips().end() ? nullptr : &*found;
    }
    /// Whether a strip comes to have this value at a block.
    bool comesToShow(const QString& name, std::size_t block, double value) {
        return test::waitFor([&] {
            const Strip* strip = find(name);
            return strip && strip->values.at(block) == value;
        });
    }

    test::StudioWithModel studio;
    LayersPage page;
    DepthView& depth;
};

TEST_F(DepthViewTest, DrawsTheWorstTapOfEveryBlockAsTheCoreSaysIt) {
    calibrate(3);
    for (int block = 0; block < 3; ++block) {
        const auto statistics = studio.statistics.block(block);
        double worst = 0, least = 1000;
        for (const TapStatistics& tap : statistics->taps) {
            worst = std::max(worst, tap.kurtosis());
            least = std::min(least, findClippingRange(tap, ClippingMethod::MeanSquaredError).sqnrDb);
        }
        const auto at = static_cast<std::size_t>(block);
        EXPECT_TRUE(comesToShow(QStringLiteral("Kurtosis"), at, worst));
        EXPECT_TRUE(comesToShow(QStringLiteral("SQNR, dB"), at, least));
        EXPECT_EQ(find(QStringLiteral("Kurtosis"))->texts[block], formatNumber(worst, 3));
    }
    const Strip& kurtosis = *find(QStringLiteral("Kurtosis"));
    ASSERT_EQ(std::ssize(kurtosis.values), studio.statistics.blockCount());
    EXPECT_TRUE(std::isnan(kurtosis.values[4])); // has not arrived
    EXPECT_TRUE(std::isnan(depth.strips().share(0, 4)));
}

TEST_F(DepthViewTest, AClickOnAStripSelectsTheWorstTapOfTheBlock) {
    calibrate(3);
    const auto block = studio.statistics.block(2);
    const auto worst =
        std::ranges::max_element(block->taps, {}, [](const TapStatistics& tap) { return tap.kurtosis(); });
    const auto at = std::ranges::find(depth.strips().strips(), QStringLiteral("Kurtosis"), &Strip::name);
    emit depth.strips().elementClicked(static_cast<int>(at - depth.strips().strips().begin()), 2);
    EXPECT_EQ(studio.selection.block(), 2);
    EXPECT_EQ(studio.selection.group(), static_cast<int>(worst - block->taps.begin()));
}

TEST_F(DepthViewTest, MapsTheLargestOfEveryChannel) {
    calibrate(3);
    ASSERT_NE(depth.channels(), nullptr);
    const ChannelMap& map = *depth.channels();
    ASSERT_EQ(map.channels, 32);
    for (int block = 0; block < 3; ++block)
        for (int channel = 0; channel < 32; ++channel) {
            const ChannelStatistics& seen = studio.statistics.block(block)->taps[0].channels;
            const auto c = static_cast<std::size_t>(channel);
            EXPECT_EQ(map.at(block, channel), std::max(std::abs(seen.min[c]), std::abs(seen.max[c])));
        }
    EXPECT_TRUE(std::isnan(map.at(4, 0)));
    EXPECT_EQ(map.largestChannel(1, 0, 32), 5); // the loud one
    // The kind follows the selected tap.
    studio.selection.selectTap(1, 3);
    settle();
    EXPECT_EQ(depth.kinds().currentText(), QStringLiteral("down_proj"));
    EXPECT_EQ(depth.channels()->at(2, 7), std::max(std::abs(studio.statistics.block(2)->taps[3].channels.min[7]),
                                                   std::abs(studio.statistics.block(2)->taps[3].channels.max[7])));
}

TEST(ChannelMap, ACellOfManyChannelsShowsTheLargest) {
    TapStatistics tap(9);
    Matrix x(1, 9);
    for (Index c = 0; c < 9; ++c)
        x.view()(0, c) = c == 7 ? -50.0F : static_cast<float>(c + 1);
    tap.observe(x.view());
    auto block = std::make_shared<BlockStatistics>();
    block->taps.push_back(tap);
    const ChannelMap map = makeChannelMap({{block, 0}, {nullptr, -1}}, {});
    const MatrixCells cells = cellsOf(map, QRect(0, 0, 9, 2), 3);
    EXPECT_EQ(cells.columnsPerCell, 3);
    EXPECT_EQ(std::vector<float>(cells.values.begin(), cells.values.begin() + 3), (std::vector<float>{3, 6, 50}));
    EXPECT_TRUE(std::isnan(cells.values[3]));
    EXPECT_EQ(map.largestChannel(0, 6, 3), 7);
    EXPECT_EQ(map.high, 50);
}

TEST_F(DepthViewTest, AChannelOfTheMapIsSelectedEverywhere) {
    calibrate(3);
    emit depth.map().elementClicked(2, 5);
    settle();
    EXPECT_EQ(studio.selection.block(), 2);
    EXPECT_EQ(studio.selection.group(), 0);
    EXPECT_EQ(studio.selection.channel(), 5);
    // The tree.
    auto& tree = *page.findChild<QTreeView*>();
    EXPECT_EQ(tree.currentIndex().parent().row(), 2);
    EXPECT_EQ(tree.currentIndex().row(), 0);
    // The channels and the histogram.
    views().setCurrentIndex(0);
    settle();
    EXPECT_EQ(page.panel().channels().selectedChannel(), 5);
    EXPECT_TRUE(
        page.panel().clipping().histogram().title().contains(QStringLiteral("model.layers.2.self_attn.q_proj")));
    ASSERT_NE(page.panel().analysis(), nullptr);
    EXPECT_EQ(page.panel().analysis()->channelMax[5], double{studio.statistics.block(2)->taps[0].channels.max[5]});
    // The causes.
    ASSERT_FALSE(page.causes().causes().values.empty());
    for (const ReportedExtreme& value : page.causes().causes().values)
        EXPECT_EQ(value.extreme.channel, 5u);
}

TEST_F(DepthViewTest, ARunThatIsSelectedAnywhereChangesTheErrorsAndSensitivities) {
    saveProject(test::StudioFixture::projectWithRuns(), studio.folder / "runs.vernier");
    studio.session.open(fromPath(studio.folder / "runs.vernier"));
    studio.settle();
    studio.model.open(test::StudioFixture::demoModel());
    studio.settle();
    calibrate(2);
    EXPECT_FALSE(find(QStringLiteral("Error")));
    studio.selection.selectRun(QStringLiteral("rtn-3bit-g64"));
    EXPECT_TRUE(comesToShow(QStringLiteral("Error"), 0, 0.04));
    studio.selection.selectRun(QStringLiteral("gptq-3bit-g64"));
    EXPECT_TRUE(comesToShow(QStringLiteral("Error"), 0, 0.01));
    EXPECT_FALSE(find(QStringLiteral("KL, nats")));

    // What Diagnose measures is shown here.
    studio.session.findings().setSensitivities(*studio.session.project()->findRun("gptq-3bit-g64"),
                                               {{"model.layers.0.self_attn.q_proj", 0.002, 0.01},
                                                {"model.layers.0.self_attn.k_proj", 0.005, 0.01},
                                                {"model.layers.1.mlp.down_proj", 0.25, 0.01}});
    EXPECT_TRUE(comesToShow(QStringLiteral("KL, nats"), 0, 0.005));
    EXPECT_TRUE(comesToShow(QStringLiteral("KL, nats"), 1, 0.25));
    auto& tree = *page.findChild<QTreeView*>();
    EXPECT_FALSE(tree.isColumnHidden(TapTreeModel::Sensitivity));
    EXPECT_EQ(tree.model()->index(0, TapTreeModel::Sensitivity, tree.model()->index(0, 0)).data().toString(),
              formatNumber(0.005, 3));
    studio.selection.selectRun(QStringLiteral("rtn-3bit-g64"));
    settle();
    EXPECT_TRUE(tree.isColumnHidden(TapTreeModel::Sensitivity));
}

/// The demo's texts, calibrated with the logits.
TEST(TapFindings, ExamineGramsAndListTheLogits) {
    test::StudioFixture studio;
    LayersPage page(studio.services);
    page.resize(1400, 900);
    page.show();
    studio.importDemo();
    studio.model.open(test::StudioFixture::demoModel());
    studio.settle();
    CalibrateRequest request = test::StudioFixture::smallCalibration(2, 64);
    request.logits = true;
    studio.session.calibrate(request);
    ASSERT_TRUE(studio.settle());
    const CalibrationRecord& record = studio.session.project()->calibrations.back();
    const auto& model = *page.findChild<QTreeView*>()->model();
    const int blocks = studio.statistics.blockCount();
    ASSERT_TRUE(test::waitFor([&] {
        return model.index(3, TapTreeModel::Gram, model.index(blocks - 1, 0)).data().toString() != QStringLiteral("–");
    }));
    const auto block = loadBlockStatistics(*studio.bench, record, 1);
    for (int group = 0; group < 4; ++group) {
        const GramHealth health = gramHealth(block->grams[static_cast<std::size_t>(group)], {}, {});
        EXPECT_NEAR(model.index(group, TapTreeModel::Gram, model.index(1, 0)).data(TapTreeModel::SortRole).toDouble(),
                    std::pow(10.0, health.log10Condition), 1e-9 * std::pow(10.0, health.log10Condition));
    }
    // Behind the last block stands the head.
    ASSERT_EQ(model.rowCount(), blocks + 1);
    const QModelIndex head = model.index(blocks, 0);
    EXPECT_EQ(head.data().toString(), QStringLiteral("Head"));
    ASSERT_EQ(model.rowCount(head), 1);
    EXPECT_EQ(model.index(0, 0, head).data().toString(), QStringLiteral("logits"));
    const auto logits = loadLogits(*studio.bench, record);
    ASSERT_NE(logits, nullptr);
    EXPECT_EQ(model.index(0, TapTreeModel::Range, head).data().toString(),
              formatRange(logits->min(), logits->max(), 3));
    EXPECT_EQ(model.index(0, TapTreeModel::Error, head).data().toString(), QStringLiteral("–"));
    studio.selection.selectTap(blocks, 0);
    ASSERT_TRUE(studio.settle());
    EXPECT_TRUE(page.panel().clipping().histogram().title().contains(QStringLiteral("lm_head:output")));
    EXPECT_EQ(page.panel().analysis()->channelMax.size(), logits->channels.max.size());
    ASSERT_FALSE(page.causes().causes().values.empty());
    EXPECT_EQ(page.causes().causes().values[0].extreme, logits->extremes.values()[0]);
    EXPECT_TRUE(page.causes().causes().values[0].place.has_value());
    // Read from the cache as well as from the job.
    studio.statistics.show(record);
    ASSERT_TRUE(studio.settle());
    EXPECT_EQ(model.rowCount(), blocks + 1);
}

} // namespace
} // namespace vernier::ui
