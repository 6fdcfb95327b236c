#include "tests/ui/plots/redraw.h"
#include "ui/plots/histogram_plot.h"
#include "ui/plots/levels_plot.h"
#include "ui/plots/matrix_plot.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>

#include <array>
#include <cmath>
#include <iostream>
#include <random>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

/// Lets the tests read what the tooltips say.
struct ReadableMatrix : MatrixPlot {
    using MatrixPlot::readoutAt;
};
struct ReadableHistogram : HistogramPlot {
    using HistogramPlot::readoutAt;
};

MatrixCells cellsOf(QRect region, int rowsPerCell, int columnsPerCell) {
    MatrixCells cells{region, rowsPerCell, columnsPerCell, {}};
    for (int i = 0; i < cells.rows() * cells.columns(); ++i)
        cells.values.push_back(static_cast<float>(i) - 2.5F);
    return cells;
}

TEST(MatrixPlot, TellsWhichElementIsUnderTheMouse) {
    ReadableMatrix plot;
    plot.resize(500, 400);
    plot.show();
    plot.setReadout([](int row, int column) { return QStringLiteral("%1 %2").arg(row).arg(column); });
    plot.setMatrix(4, 10, QStringLiteral("Row"), QStringLiteral("Column"));
    plot.setScale(-3, 3, true, QStringLiteral("Error"));
    plot.setCells(cellsOf({0, 0, 10, 4}, 2, 5));
    plot.redrawNow();
    QSignalSpy clicks(&plot, &MatrixPlot::elementClicked);
    // Walks over the widget: every element is met, in order, and each cell says what stands for it.
    std::vector<QString> met;
    for (int x = 0; x < plot.width(); ++x)
        if (const QString text = plot.readoutAt(QPointF(x, 60)); !text.isEmpty() && (met.empty() || met.back() != text))
            met.push_back(text);
    ASSERT_EQ(met.size(), 10u);
    EXPECT_TRUE(met[0].startsWith(QStringLiteral("0 0\n")));
    EXPECT_TRUE(met[0].endsWith(QStringLiteral("-2.5")));
    EXPECT_TRUE(met[9].startsWith(QStringLiteral("0 9\n")));
    EXPECT_TRUE(met[9].endsWith(QStringLiteral("-1.5")));
    EXPECT_EQ(plot.csv(), QStringLiteral("row\\column,0,5\n0,-2.5,-1.5\n2,-0.5,0.5\n"));
    EXPECT_TRUE(plot.accessibleDescription().contains(QStringLiteral("4 rows and 10 columns, from -2.5 to 0.5")));
}

TEST(MatrixPlot, DrawsASingleColumnAndColoursZeroLikePaper) {
    MatrixPlot plot;
    plot.resize(300, 300);
    plot.show();
    plot.setMatrix(3, 1, QStringLiteral("Row"), QStringLiteral("Column"));
    plot.setScale(-1, 1, true, QStringLiteral("Error"));
    plot.setCells({{0, 0, 1, 3}, 1, 1, {-1, 0, 1}});
    plot.redrawNow();
    const QImage image = plot.grab().toImage();
    const auto colour = [&](double share) {
        return image.pixelColor(image.width() / 2, static_cast<int>(20 + share * (image.height() - 80)));
    };
    EXPECT_GT(colour(0.1).blue(), colour(0.1).red() + 40);
    EXPECT_LT(std::abs(colour(0.5).blue() - colour(0.5).red()), 12);
    EXPECT_GT(colour(0.9).red(), colour(0.9).blue() + 40);
}

TEST(MatrixPlot, RedrawsAMillionCells) {
    MatrixPlot plot;
    plot.resize(900, 600);
    plot.show();
    plot.setMatrix(4096, 4096, QStringLiteral("Row"), QStringLiteral("Column"));
    plot.setScale(-3, 3, true, QStringLiteral("Error"));
    plot.setCells(cellsOf({0, 0, 4096, 4096}, 4, 4));
    EXPECT_EQ(plot.cells().values.size(), 1024u * 1024u);
    std::cout << "  a million cells: " << test::quickestRedraw(plot) << " ms on the clock\n";
}

TEST(LevelsPlot, MarksAndCountsLevelsWithoutWeights) {
    LevelsPlot plot;
    plot.resize(400, 200);
    plot.show();
    plot.setLevels({-6, -4, 0, 4, 6}, {3, 0, 10, 0, 1}, QStringLiteral("Number"));
    EXPECT_EQ(plot.unused(), 2);
    EXPECT_EQ(plot.csv(), QStringLiteral("level,weights\n-6,3\n-4,0\n0,10\n4,0\n6,1\n"));
    EXPECT_TRUE(plot.accessibleDescription().contains(QStringLiteral("14 weights on 5 levels from -6 to 6, 2 unused")));
    QSignalSpy changed(&plot, &LevelsPlot::logarithmicChanged);
    plot.setLogarithmic(true);
    EXPECT_EQ(changed.count(), 1);
    plot.clear();
    EXPECT_TRUE(plot.csv().isEmpty());
}

TEST(HistogramPlot, ScalesAnOverlayToAsManyValuesAndTheSameBins) {
    ReadableHistogram plot;
    plot.resize(600, 300);
    plot.show();
    // 100 values in bins of 1, and 50 in bins of 2: a bin of the overlay is drawn 100 / 50 / 2 times its count high.
    plot.setHistogram(0, 1, std::array<std::uint64_t, 4>{10, 20, 30, 40});
    plot.setOverlay(HistogramOverlay{QStringLiteral("other"), QStringLiteral("own"), -2, 2, {5, 15, 30}});
    plot.redrawNow();
    std::vector<QString> met;
    for (int x = 0; x < plot.width(); ++x)
        if (const QString text = plot.readoutAt(QPointF(x, 100)).section(QLatin1Char('\n'), 1);
            !text.isEmpty() && (met.empty() || met.back() != text))
            met.push_back(text);
    ASSERT_GE(met.size(), 2u);
    EXPECT_EQ(met[0], QStringLiteral("other: 15 values in [0, 2), drawn as 15"));
    EXPECT_EQ(met[1], QStringLiteral("other: 30 values in [2, 4), drawn as 30"));
    EXPECT_TRUE(plot.csv().startsWith(QStringLiteral("values,lower_edge,upper_edge,count\nown,0,1,10\n")));
    EXPECT_TRUE(plot.csv().endsWith(QStringLiteral("other,2,4,30\n")));
    plot.setOverlay({});
    EXPECT_TRUE(plot.csv().startsWith(QStringLiteral("lower_edge,upper_edge,count\n0,1,10\n")));
}

} // namespace
} // namespace vernier::ui
