#include "ui/plots/bars_plot.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include <limits>

namespace vernier::ui {
namespace {

void fill(BarsPlot& plot) {
    plot.setBars({QStringLiteral("code"), QStringLiteral("chat"), QStringLiteral("maths, hard")},
                 {{QStringLiteral("calibration"), {50, 30, 20}},
                  {QStringLiteral("evaluation"), {10, std::numeric_limits<double>::quiet_NaN(), 90}}},
                 QStringLiteral("Share of tokens (%)"));
}

TEST(BarsPlot, WritesItsNumbers) {
    BarsPlot plot;
    EXPECT_TRUE(plot.csv().isEmpty());
    fill(plot);
    EXPECT_EQ(plot.csv().toStdString(),
              "category,calibration,evaluation\ncode,50,10\nchat,30,\n\"maths, hard\",20,90\n");
}

TEST(BarsPlot, TellsScreenReadersTheHighest) {
    BarsPlot plot;
    fill(plot);
    EXPECT_EQ(
        plot.accessibleDescription().toStdString(),
        "Share of tokens (%) by category: calibration: highest 50 for code; evaluation: highest 90 for maths, hard");
}

TEST(BarsPlot, TellsWhichCategoryIsClickedFromTopToBottom) {
    BarsPlot plot;
    plot.resize(600, 400);
    plot.show();
    fill(plot);
    plot.redrawNow();
    QCoreApplication::processEvents();
    QSignalSpy clicked(&plot, &BarsPlot::categoryClicked);
    QWidget& canvas = *plot.childAt(plot.rect().center());
    for (int y = 0; y < canvas.height(); y += 5)
        QTest::mouseClick(&canvas, Qt::LeftButton, Qt::NoModifier, {canvas.width() / 2, y});
    std::vector<int> order;
    for (const QList<QVariant>& call : clicked)
        if (order.empty() || order.back() != call[0].toInt())
            order.push_back(call[0].toInt());
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

} // namespace
} // namespace vernier::ui
