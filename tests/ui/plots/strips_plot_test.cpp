#include "ui/plots/strips_plot.h"

#include "tests/ui/plots/redraw.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::vector<Strip> twoStrips() {
    return {{.name = QStringLiteral("Kurtosis"),
             .values = {10, 1000, 100},
             .texts = {QStringLiteral("10"), QStringLiteral("1000"), QStringLiteral("100")},
             .meaning = QStringLiteral("fourth moment"),
             .logarithmic = true},
            {.name = QStringLiteral("SQNR, dB"),
             .values = {30, kNone, 20},
             .texts = {QStringLiteral("30"), QString(), QStringLiteral("20")},
             .meaning = QStringLiteral("signal over error"),
             .worstIsSmall = true}};
}

TEST(StripsPlot, PlacesValuesBetweenTheBestAndTheWorstOfTheirStrip) {
    StripsPlot plot;
    plot.setStrips(twoStrips(), QStringLiteral("Block"), QStringLiteral("block %1"));
    EXPECT_DOUBLE_EQ(plot.share(0, 0), 0);
    EXPECT_DOUBLE_EQ(plot.share(0, 1), 1);
    EXPECT_DOUBLE_EQ(plot.share(0, 2), 0.5); // halfway from 10 to 1000, by the logarithm
    EXPECT_DOUBLE_EQ(plot.share(1, 0), 0);
    EXPECT_TRUE(std::isnan(plot.share(1, 1)));
    EXPECT_DOUBLE_EQ(plot.share(1, 2), 1); // the smallest is the worst
    EXPECT_EQ(plot.csv().toStdString(), "Block,Kurtosis,\"SQNR, dB\"\n0,10,30\n1,1000,\n2,100,20\n");
    EXPECT_TRUE(plot.accessibleDescription().contains(QStringLiteral("Kurtosis worst at block 1 (1000)")));
    plot.setStrips({}, QStringLiteral("Block"), QStringLiteral("block %1"));
    EXPECT_TRUE(plot.csv().isEmpty());
}

TEST(StripsPlot, TellsWhichCellIsClicked) {
    StripsPlot plot;
    plot.setStrips(twoStrips(), QStringLiteral("Block"), QStringLiteral("block %1"));
    plot.resize(600, 240);
    plot.show();
    QTest::qWait(20);
    QSignalSpy clicked(&plot, &MatrixPlot::elementClicked);
    QWidget& canvas = *plot.childAt(plot.rect().center());
    QTest::mouseClick(&canvas, Qt::LeftButton, Qt::NoModifier, {canvas.width() / 2, canvas.height() / 5});
    ASSERT_EQ(clicked.count(), 1);
    EXPECT_EQ(clicked[0][0].toInt(), 0);
    EXPECT_EQ(clicked[0][1].toInt(), 1);
}

TEST(MatrixPlot, RedrawsSixtyFourLayersOfFourThousandChannelsWithinFiftyMilliseconds) {
    constexpr int kRows = 64, kColumns = 4096;
    MatrixPlot plot;
    plot.setLogarithmic(true);
    plot.resize(900, 400);
    plot.show();
    plot.setMatrix(kRows, kColumns, QStringLiteral("Block"), QStringLiteral("Channel"));
    plot.setScale(1e-2, 100, false, QStringLiteral("Largest |activation|"));
    MatrixCells cells{.region = QRect(0, 0, kColumns, kRows), .rowsPerCell = 1, .columnsPerCell = 1, .values = {}};
    for (int i = 0; i < kRows * kColumns; ++i)
        cells.values.push_back(i % 97 == 0 ? 90.0F : 0.02F * static_cast<float>(i % 31)); // every 31st is 0
    plot.setCells(cells);
    EXPECT_LT(test::quickestRedraw(plot), 50);
    plot.setSelectedRow(5);
    plot.setSelectedColumn(97);
    EXPECT_LT(test::quickestRedraw(plot), 50);
}

} // namespace
} // namespace vernier::ui
