#include "ui/layers/overlay_bar.h"

#include "core/workbench/quantize.h"
#include "core/workbench/run_statistics.h"
#include "tests/ui/layers/layers_fixture.h"
#include "ui/bridge/text.h"
#include "ui/layers/clipping_view.h"
#include "ui/layers/layers_page.h"
#include "ui/layers/tap_panel.h"
#include "ui/plots/channel_plot.h"
#include "ui/plots/histogram_plot.h"

#include <QCheckBox>
#include <QComboBox>
#include <QPushButton>
#include <QTest>

#include <cmath>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

/// A project that was calibrated on two sets, of which "calibration" is shown.
struct OverlayBarTest : test::LayersFixture {
    OverlayBarTest() {
        calibrate("evaluation");
        calibrate("calibration");
    }
    void choose(const QString& text) {
        bar().choices().setCurrentIndex(bar().choices().findText(text));
        studio.settle();
    }
    OverlayBar& bar() { return *page.findChild<OverlayBar*>(); }
    HistogramPlot& histogram() { return page.panel().clipping().histogram(); }
    /// What the cache has of the set "evaluation".
    TapStatistics other(int block, std::size_t tap) {
        return loadBlockStatistics(*studio.bench, studio.session.project()->calibrations[0], block)->taps[tap];
    }
    void expectOverlay(int block, std::size_t tap) {
        const Histogram counted = other(block, tap).histogram;
        QStringList lines = histogram().csv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        ASSERT_EQ(lines.takeFirst(), QStringLiteral("values,lower_edge,upper_edge,count"));
        lines = lines.filter(QStringLiteral("evaluation"));
        ASSERT_EQ(lines.size(), std::ssize(counted.counts()));
        for (const qsizetype i : {qsizetype{0}, lines.size() / 2, lines.size() - 1}) {
            const QStringList fields = lines[i].section(QLatin1Char(','), 1).split(QLatin1Char(','));
            EXPECT_EQ(fields[0].toDouble(), counted.lowerEdge(static_cast<std::size_t>(i)));
            EXPECT_EQ(fields[2].toULongLong(), counted.counts()[static_cast<std::size_t>(i)]);
        }
    }
};

TEST_F(OverlayBarTest, DrawsAnotherSetOverHistogramAndChannels) {
    ASSERT_EQ(bar().choices().count(), 2);
    EXPECT_TRUE(histogram().csv().startsWith(QStringLiteral("lower_edge")));
    choose(QStringLiteral("set evaluation"));
    expectOverlay(0, 0);
    EXPECT_TRUE(histogram().accessibleDescription().contains(QStringLiteral("over it evaluation")));
    const QStringList channels = page.panel().channels().csv().split(QLatin1Char('\n'));
    EXPECT_EQ(channels[0], QStringLiteral("position,channel,min,max,mean_abs,min evaluation,max evaluation"));
    const QStringList seventh = channels[8].split(QLatin1Char(','));
    EXPECT_EQ(seventh[5].toDouble(), double{other(0, 0).channels.min[7]});
    EXPECT_EQ(seventh[6].toDouble(), double{other(0, 0).channels.max[7]});
    // Follows the selection, and goes.
    studio.selection.selectTap(3, 3);
    studio.settle();
    expectOverlay(3, 3);
    choose(QStringLiteral("nothing"));
    EXPECT_TRUE(histogram().csv().startsWith(QStringLiteral("lower_edge")));
}

TEST_F(OverlayBarTest, DividesTheChannelsByTheScalesOfARun) {
    QuantizeRequest request;
    request.name = "awq";
    request.settings.method = Method::Awq;
    request.settings.scheme = {.bits = 3, .groupSize = 64, .symmetric = false};
    request.calibration = studio.session.project()->calibrations.back();
    studio.session.quantize(request);
    studio.settle();
    studio.selection.selectRun(QStringLiteral("awq"));
    choose(QStringLiteral("scales of awq"));
    const QuantizedBlock block = runBlock(*studio.bench, *studio.session.project()->findRun("awq"), 0);
    const std::vector<float>& scales = block.linears.at("model.layers.0.self_attn.q_proj").inputScales;
    ASSERT_EQ(scales.size(), 256u);
    const auto shown = studio.statistics.block(0);
    const QStringList lines = page.panel().channels().csv().split(QLatin1Char('\n'));
    for (const std::size_t channel : {std::size_t{0}, std::size_t{100}, std::size_t{255}}) {
        const QStringList fields = lines[static_cast<qsizetype>(channel) + 1].split(QLatin1Char(','));
        EXPECT_DOUBLE_EQ(fields[6].toDouble(), double{shown->taps[0].channels.max[channel]} / double{scales[channel]});
    }
    EXPECT_TRUE(histogram().csv().startsWith(QStringLiteral("lower_edge")));
    EXPECT_TRUE(bar().note().contains(QStringLiteral("cannot be scaled")));
    studio.selection.selectTap(0, 4 + 7 + 2); // the residual stream
    studio.settle();
    EXPECT_TRUE(bar().note().contains(QStringLiteral("only inputs")));
}

TEST_F(OverlayBarTest, ObservesWhatAQuantizedModelSees) {
    QuantizeRequest request;
    request.name = "three";
    request.settings.method = Method::Rtn;
    request.settings.scheme = {.bits = 3, .groupSize = 64, .symmetric = false};
    request.calibration = studio.session.project()->calibrations.back();
    studio.session.quantize(request);
    studio.settle();
    studio.selection.selectRun(QStringLiteral("three"));
    studio.selection.selectTap(4, 2);
    studio.settle();
    choose(QStringLiteral("what three sees"));
    EXPECT_TRUE(histogram().csv().startsWith(QStringLiteral("lower_edge")));
    ASSERT_TRUE(bar().observe().isVisible());
    QTest::mouseClick(&bar().observe(), Qt::LeftButton);
    ASSERT_TRUE(studio.settle());
    EXPECT_FALSE(bar().observe().isVisible());
    const auto seen = loadRunStatistics(*studio.bench, *studio.session.project()->findRun("three"), 4);
    ASSERT_NE(seen, nullptr);
    const Histogram& counted = seen->taps[2].histogram;
    const QStringList lines =
        histogram().csv().split(QLatin1Char('\n'), Qt::SkipEmptyParts).filter(QStringLiteral("three"));
    ASSERT_EQ(lines.size(), std::ssize(counted.counts()));
    const QStringList last = lines.last().split(QLatin1Char(','));
    EXPECT_EQ(last[1].toDouble(), counted.lowerEdge(counted.counts().size() - 1));
    EXPECT_EQ(last[3].toULongLong(), counted.counts().back());
}

TEST_F(OverlayBarTest, CountsTheWeightsBesideTheActivations) {
    EXPECT_FALSE(bar().weightPlot().isVisible());
    bar().weights().click();
    studio.settle();
    EXPECT_TRUE(bar().weightPlot().isVisible());
    // Every weight of q, k and v falls into a bin of the width that is told, and all are there.
    const QStringList lines = bar().weightPlot().csv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    const double first = lines[1].section(QLatin1Char(','), 0, 0).toDouble();
    const double width = lines[1].section(QLatin1Char(','), 1, 1).toDouble() - first;
    std::vector<std::uint64_t> counts(static_cast<std::size_t>(lines.size() - 1));
    const auto& groups = studio.statistics.inputGroups(0);
    for (const LinearSpec& linear : groups[0].linears) {
        const Matrix weight = studio.model.model()->model.linear(0, linear);
        for (const float w : weight.values())
            ++counts.at(static_cast<std::size_t>(std::floor((double{w} - first) / width)));
    }
    for (std::size_t i = 0; i < counts.size(); ++i)
        EXPECT_EQ(lines[static_cast<qsizetype>(i) + 1].section(QLatin1Char(','), 2, 2).toULongLong(), counts[i]);
    // One switch for both.
    EXPECT_TRUE(bar().weightPlot().logarithmic());
    histogram().setLogarithmic(false);
    EXPECT_FALSE(bar().weightPlot().logarithmic());
    studio.selection.selectTap(0, 3);
    studio.settle();
    EXPECT_TRUE(bar().weightPlot().title().contains(QStringLiteral("down_proj")));
    EXPECT_NE(bar().weightPlot().csv().split(QLatin1Char('\n')).size(), lines.size() + 1);
}

} // namespace
} // namespace vernier::ui
