#include "ui/layers/drift_view.h"

#include "core/workbench/drift.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_statistics.h"
#include "tests/ui/layers/layers_fixture.h"
#include "ui/bridge/text.h"
#include "ui/layers/drift_lines.h"
#include "ui/layers/layers_page.h"
#include "ui/plots/lines_plot.h"
#include "ui/plots/number_table.h"

#include <QComboBox>
#include <QPushButton>
#include <QTabWidget>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

struct DriftViewTest : test::LayersFixture {
    void look() {
        auto* tabs = page.findChild<QTabWidget*>();
        tabs->setCurrentWidget(&view());
        studio.settle();
    }
    DriftView& view() { return *page.findChild<DriftView*>(); }
};

TEST_F(DriftViewTest, OffersToCalibrateTheSetThatIsMissing) {
    calibrate("calibration");
    look();
    EXPECT_EQ(view().calibrated().currentData().toString(), QStringLiteral("calibration"));
    EXPECT_EQ(view().against().currentData().toString(), QStringLiteral("evaluation"));
    EXPECT_TRUE(view().reports().empty());
    EXPECT_TRUE(view().lines().accessibleDescription().contains(QStringLiteral("has not been calibrated on")));
    ASSERT_TRUE(view().remedy().isVisible());
    QTest::mouseClick(&view().remedy(), Qt::LeftButton);
    ASSERT_TRUE(studio.settle());
    const auto& made = studio.session.project()->calibrations;
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(made[1].setName, "evaluation");
    EXPECT_EQ(made[1].recipe.sequenceLength, made[0].recipe.sequenceLength);
    EXPECT_EQ(made[1].windows, made[0].windows);
    EXPECT_FALSE(view().remedy().isVisible());
    EXPECT_FALSE(view().reports().empty()); // and is compared at once
    view().against().setCurrentIndex(view().against().findData(QStringLiteral("calibration")));
    studio.settle();
    EXPECT_TRUE(view().reports().empty());
    EXPECT_TRUE(view().lines().accessibleDescription().contains(QStringLiteral("Choose another set")));
}

TEST_F(DriftViewTest, ShowsTheDivergenceOfTheTwoHistograms) {
    calibrate("calibration");
    calibrate("evaluation");
    view().calibrated().setCurrentIndex(view().calibrated().findData(QStringLiteral("calibration")));
    view().against().setCurrentIndex(view().against().findData(QStringLiteral("evaluation")));
    look();
    ASSERT_EQ(view().reports().size(), 6u * (4 + 7 + 3));
    NumberTable& table = view().table();
    ASSERT_EQ(table.rowCount(), 6 * 4); // inputs of linears

    // Straight from the two histograms, the shares in bins of the wider one.
    const auto& records = studio.session.project()->calibrations;
    const auto statistics = [&](std::size_t record, int block, int tap) {
        return loadBlockStatistics(*studio.bench, records[record], block)->taps[static_cast<std::size_t>(tap)];
    };
    const auto divergence = [&](int block, int tap) {
        const TapStatistics a = statistics(0, block, tap), b = statistics(1, block, tap);
        const double width = std::max(a.histogram.binWidth(), b.histogram.binWidth());
        std::map<double, std::pair<double, double>> shares;
        const auto add = [&](const Histogram& histogram, bool isFirst) {
            for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
                auto& [p, q] = shares[std::floor((histogram.lowerEdge(i) + histogram.binWidth() / 2) / width)];
                (isFirst ? p : q) +=
                    static_cast<double>(histogram.counts()[i]) / static_cast<double>(histogram.total());
            }
        };
        add(a.histogram, true);
        add(b.histogram, false);
        double sum = 0;
        for (const auto& [bin, share] : shares)
            for (const double one : {share.first, share.second})
                if (one > 0)
                    sum += one / 2 * std::log2(2 * one / (share.first + share.second));
        return sum;
    };
    double before = 2;
    for (const int row : {0, 5, 23}) {
        const DriftReport& report = view().reports()[static_cast<std::size_t>(table.keyOf(row))];
        const auto& taps = studio.statistics.taps(report.block);
        const auto tap = std::ranges::find(taps, report.tap.name, &TapSpec::name) - taps.begin();
        const double expected = divergence(report.block, static_cast<int>(tap));
        EXPECT_NEAR(report.drift.divergence, expected, 1e-9);
        EXPECT_EQ(table.item(row, 1)->text(), formatSignificant(expected));
        EXPECT_EQ(table.item(row, 3)->text(),
                  formatFixed(std::max(-double{statistics(1, report.block, int(tap)).min()},
                                       double{statistics(1, report.block, int(tap)).max()}) /
                                  std::max(-double{statistics(0, report.block, int(tap)).min()},
                                           double{statistics(0, report.block, int(tap)).max()}),
                              2) +
                      QStringLiteral(" ×"));
        EXPECT_LT(expected, before); // the most surprised first
        before = expected;
    }
    EXPECT_TRUE(view().lines().csv().startsWith(QStringLiteral("x,name,\"q_proj, k_proj, v_proj\",o_proj,")));

    // A row, and a point of a line, select their tap.
    const DriftReport& worst = view().reports()[static_cast<std::size_t>(table.keyOf(3))];
    table.selectRow(3);
    EXPECT_EQ(studio.selection.block(), worst.block);
    EXPECT_EQ(studio.statistics.tapName(studio.selection.block(), studio.selection.group()).toStdString(),
              worst.tap.name);
    emit view().lines().pointClicked(3, 2);
    EXPECT_EQ(studio.selection.block(), 2);
    EXPECT_EQ(studio.selection.group(), 3);
    EXPECT_EQ(view().reports()[static_cast<std::size_t>(table.keyOf(table.currentRow()))].tap.name,
              "model.layers.2.mlp.down_proj:input");
}

TEST_F(DriftViewTest, ObservesARunAndComparesItWithItsOwnCalibration) {
    calibrate("calibration");
    QuantizeRequest request;
    request.name = "three";
    request.settings.method = Method::Rtn;
    request.settings.scheme = {.bits = 3, .groupSize = 64, .symmetric = false};
    request.calibration = studio.session.project()->calibrations.back();
    studio.session.quantize(request);
    studio.settle();
    look();
    view().against().setCurrentIndex(view().against().findText(QStringLiteral("run three")));
    studio.settle();
    EXPECT_FALSE(view().calibrated().isEnabled());
    EXPECT_TRUE(view().reports().empty());
    ASSERT_TRUE(view().remedy().isVisible());
    QTest::mouseClick(&view().remedy(), Qt::LeftButton);
    ASSERT_TRUE(studio.settle());
    ASSERT_EQ(view().reports().size(), 6u * (4 + 7 + 3));
    EXPECT_FALSE(view().remedy().isVisible());
    const vernier::Run& run = *studio.session.project()->findRun("three");
    const DriftReport& worst = view().reports().front();
    const auto& taps = studio.statistics.taps(worst.block);
    const auto tap = static_cast<std::size_t>(std::ranges::find(taps, worst.tap.name, &TapSpec::name) - taps.begin());
    EXPECT_EQ(worst.drift.divergence,
              jensenShannon(loadBlockStatistics(*studio.bench, run.calibration, worst.block)->taps[tap].histogram,
                            loadRunStatistics(*studio.bench, run, worst.block)->taps[tap].histogram));
}

TEST_F(DriftViewTest, SaysThatASecondSetIsNeeded) {
    studio.session.create();
    studio.session.importFiles({fromPath(studio.folder / "evaluation.jsonl")}, QStringLiteral("evaluation"));
    studio.settle();
    calibrate("evaluation");
    look();
    EXPECT_TRUE(view().table().rowCount() == 0);
    EXPECT_TRUE(view().lines().accessibleDescription().contains(QStringLiteral("a second set")));
}

TEST(DriftLines, PutTheWorstExpertOnOneLine) {
    const auto report = [](int block, int expert, double bits) {
        DriftReport made;
        made.block = block;
        made.tap.expert = expert;
        made.drift.divergence = bits;
        return made;
    };
    const std::vector<DriftReport> reports{report(1, 4, 0.5), report(1, 2, 0.4), report(0, 1, 0.3), report(0, -1, 0.2)};
    const DriftLines drawn = driftLines(
        reports, 2, [](const auto&) { return true; },
        [](const DriftReport& is) {
            return std::pair{is.tap.expert < 0 ? 0 : 5, QStringLiteral("o_proj")};
        });
    ASSERT_EQ(drawn.lines.size(), 2u);
    EXPECT_EQ(drawn.lines[0].name, QStringLiteral("o_proj"));
    EXPECT_EQ(drawn.lines[0].values[0], 0.2);
    EXPECT_TRUE(std::isnan(drawn.lines[0].values[1]));
    EXPECT_EQ(drawn.lines[1].values, (std::vector{0.3, 0.5}));
    EXPECT_EQ(drawn.reports[1], (std::vector{2, 0}));
}

} // namespace
} // namespace vernier::ui
