#include "tests/ui/plots/redraw.h"
#include "ui/plots/map_plot.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace vernier::ui {
namespace {

/// Four points at the corners of a square and one in its middle.
std::vector<QPointF> corners() {
    return {{0, 0}, {10, 0}, {0, 10}, {10, 10}, {5, 5}};
}

struct MapPlotTest : testing::Test {
    MapPlotTest() {
        plot.resize(700, 500);
        plot.show();
        plot.setPoints(corners(), QStringLiteral("first"), QStringLiteral("second"));
        plot.redrawNow();
        QCoreApplication::processEvents();
    }

    QWidget& canvas() { return *plot.childAt(plot.rect().center()); }

    void drag(const std::vector<QPoint>& way, Qt::KeyboardModifiers modifiers) {
        QTest::mousePress(&canvas(), Qt::LeftButton, modifiers, way.front());
        for (const QPoint& point : way) {
            QMouseEvent move(QEvent::MouseMove, point, canvas().mapToGlobal(point), Qt::NoButton, Qt::LeftButton,
                             modifiers);
            QCoreApplication::sendEvent(&canvas(), &move);
        }
        QTest::mouseRelease(&canvas(), Qt::LeftButton, modifiers, way.back());
    }

    /// The right half of the picture.
    std::vector<QPoint> rightHalf() {
        const int w = canvas().width(), h = canvas().height();
        return {{w * 3 / 4, 0}, {w - 1, 0}, {w - 1, h - 1}, {w * 3 / 4, h - 1}, {w * 3 / 4, 2}};
    }
    std::vector<QPoint> upperHalf() {
        const int w = canvas().width(), h = canvas().height();
        return {{0, 0}, {w - 1, 0}, {w - 1, h / 4}, {0, h / 4}, {0, 2}};
    }

    MapPlot plot;
};

TEST_F(MapPlotTest, PicksWhatTheLassoGoesRound) {
    QSignalSpy picked(&plot, &MapPlot::pickedChanged);
    drag(rightHalf(), Qt::ShiftModifier);
    ASSERT_EQ(picked.count(), 1);
    EXPECT_EQ(plot.picked(), (std::vector<int>{1, 3}));
}

TEST_F(MapPlotTest, AddsAndTakesAwayWithModifiers) {
    drag(rightHalf(), Qt::ShiftModifier);
    drag(upperHalf(), Qt::ShiftModifier | Qt::ControlModifier);
    EXPECT_EQ(plot.picked(), (std::vector<int>{1, 2, 3}));
    drag(rightHalf(), Qt::ShiftModifier | Qt::AltModifier);
    EXPECT_EQ(plot.picked(), (std::vector<int>{2}));
}

TEST_F(MapPlotTest, DragsTheAxesWithoutShiftAndNothingElse) {
    QSignalSpy picked(&plot, &MapPlot::pickedChanged);
    drag(rightHalf(), Qt::NoModifier);
    EXPECT_EQ(picked.count(), 0);
    plot.setLassoArmed(true);
    plot.resetView();
    plot.redrawNow();
    drag(rightHalf(), Qt::NoModifier);
    EXPECT_EQ(plot.picked(), (std::vector<int>{1, 3}));
}

TEST_F(MapPlotTest, EscapePicksNone) {
    plot.setPicked({4, 0, 4, 99, -1});
    EXPECT_EQ(plot.picked(), (std::vector<int>{0, 4}));
    QTest::keyClick(&plot, Qt::Key_Escape);
    EXPECT_TRUE(plot.picked().empty());
}

TEST_F(MapPlotTest, TellsWhichPointIsClicked) {
    QSignalSpy clicked(&plot, &MapPlot::pointClicked);
    for (int y = 0; y < canvas().height(); y += 6)
        for (int x = 0; x < canvas().width(); x += 6)
            QTest::mouseClick(&canvas(), Qt::LeftButton, Qt::NoModifier, {x, y});
    std::vector<int> seen;
    for (const QList<QVariant>& call : clicked)
        if (std::find(seen.begin(), seen.end(), call[0].toInt()) == seen.end())
            seen.push_back(call[0].toInt());
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST_F(MapPlotTest, ColoursByGroupAndByValue) {
    plot.colourByGroup({0, 0, 1, 7, -1}, {QStringLiteral("code"), QStringLiteral("chat")});
    EXPECT_EQ(plot.csv().toStdString(), "point,x,y,group,picked\n0,0,0,code,0\n1,10,0,code,0\n2,0,10,chat,0\n"
                                        "3,10,10,,0\n4,5,5,,0\n");
    plot.colourByValue({1, 2, 3, std::numeric_limits<double>::quiet_NaN(), 4}, QStringLiteral("perplexity"));
    const QStringList lines = plot.csv().split(QLatin1Char('\n'));
    EXPECT_EQ(lines[0].toStdString(), "point,x,y,perplexity,picked");
    EXPECT_TRUE(lines[1].contains(QStringLiteral("1 … 2"))) << qPrintable(lines[1]);
    EXPECT_TRUE(lines[4].endsWith(QStringLiteral(",,0"))) << qPrintable(lines[4]);
    EXPECT_TRUE(lines[5].contains(QStringLiteral("4 … 4"))) << qPrintable(lines[5]);
}

TEST(MapPlot, LeavesOutWhatIsNotFinite) {
    MapPlot plot;
    plot.setPoints({{std::numeric_limits<double>::quiet_NaN(), 1}, {1, std::numeric_limits<double>::infinity()}},
                   QStringLiteral("x"), QStringLiteral("y"));
    EXPECT_TRUE(plot.csv().isEmpty());
}

TEST(MapPlot, RedrawsTwentyThousandDocumentsWithoutFreezing) {
    MapPlot plot;
    plot.resize(900, 600);
    plot.show();
    std::mt19937 random(3);
    std::normal_distribution<double> normal;
    std::vector<QPointF> points(20000);
    std::vector<int> groups;
    for (QPointF& point : points) {
        point = {normal(random), normal(random)};
        groups.push_back(static_cast<int>(groups.size() % 5));
    }
    plot.setPoints(points, QStringLiteral("x"), QStringLiteral("y"));
    plot.colourByGroup(groups, {QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("d"),
                                QStringLiteral("e")});
    EXPECT_LT(test::quickestRedraw(plot), 200);
}

} // namespace
} // namespace vernier::ui
