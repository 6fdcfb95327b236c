#include "tests/ui/plots/redraw.h"
#include "ui/plots/channel_plot.h"
#include "ui/plots/histogram_plot.h"
#include "ui/plots/lines_plot.h"
#include "ui/plots/number_format.h"
#include "ui/plots/plot_export.h"
#include "ui/plots/scatter_plot.h"

#include <QCoreApplication>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace vernier::ui {
namespace {

/// The redraw budget of a plot is 16 ms; machines that run tests are shared and slow.
constexpr double kGuardMs = 200;

template <class Plot>
void show(Plot& plot) {
    plot.resize(1200, 500);
    plot.show();
    QCoreApplication::processEvents();
}

/// The picture of the plot inside a view: what clicks go to.
QWidget& canvas(PlotView& view) {
    return *view.childAt(view.rect().center());
}

void clickAt(PlotView& view, QPoint position) {
    QTest::mouseClick(&canvas(view), Qt::LeftButton, Qt::NoModifier, position);
}

std::vector<double> noise(std::size_t count) {
    std::mt19937 random(7);
    std::normal_distribution<double> normal;
    std::vector<double> values(count);
    for (double& value : values)
        value = normal(random);
    return values;
}

ChannelValues threeChannelsOfTen() {
    ChannelValues values;
    for (int i = 0; i < 10; ++i) {
        const double size = i == 3 ? 40 : i == 8 ? 90 : 1 + 0.01 * i;
        values.min.push_back(-size);
        values.max.push_back(size / 2);
        values.meanAbs.push_back(size / 4);
    }
    return values;
}

void fillHistogram(HistogramPlot& plot) {
    plot.setTitle(QStringLiteral("model.layers.0.mlp.down_proj:input"));
    plot.setHistogram(-1, 0.5, std::vector<std::uint64_t>{1, 10, 0, 5});
    plot.setRanges({{QStringLiteral("min/max"), -1, 1}, {QStringLiteral("MSE"), -0.5, 0.5}});
    plot.setActiveRange(1);
}

TEST(Plots, WideNoisyLineDoesNotFreezeTheWindow) {
    LinesPlot plot;
    plot.setLineWidth(2);
    plot.setSeries({{QStringLiteral("noise"), noise(10'000)}}, QStringLiteral("x"), QStringLiteral("y"));
    show(plot);
    EXPECT_LT(test::quickestRedraw(plot), kGuardMs);
}

TEST(Plots, FullHistogramAndManyChannelsRedrawQuickly) {
    HistogramPlot histogram;
    std::vector<std::uint64_t> counts(8192);
    const std::vector<double> values = noise(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] = static_cast<std::uint64_t>(std::abs(values[i]) * 3);
    histogram.setHistogram(-1, 1.0 / 4096, counts);
    show(histogram);
    EXPECT_LT(test::quickestRedraw(histogram), kGuardMs);

    ChannelPlot channels;
    channels.setChannels({noise(4096), noise(4096), noise(4096)});
    show(channels);
    EXPECT_LT(test::quickestRedraw(channels), kGuardMs);
}

TEST(Plots, ExportEveryFormat) {
    HistogramPlot plot;
    fillHistogram(plot);
    show(plot);
    EXPECT_TRUE(plot.picture(PictureFormat::Png, 2).startsWith("\x89PNG"));
    const QByteArray svg = plot.picture(PictureFormat::Svg);
    EXPECT_TRUE(svg.contains("<svg"));
    EXPECT_TRUE(svg.contains("Activation</text>"));
    EXPECT_FALSE(svg.contains("<image"));
    EXPECT_TRUE(plot.picture(PictureFormat::Pdf).startsWith("%PDF"));
}

TEST(Plots, RecolourWithThePalette) {
    LinesPlot plot;
    plot.setSeries({{QStringLiteral("run"), {1, 2, 3}}}, QStringLiteral("Layer"), QStringLiteral("Error"));
    show(plot);
    const auto corner = [&plot] {
        QCoreApplication::processEvents();
        return canvas(plot).grab().toImage().pixelColor(3, plot.height() - 10);
    };
    QPalette palette = plot.palette();
    palette.setColor(QPalette::Base, QColor(20, 22, 24));
    palette.setColor(QPalette::Text, Qt::white);
    plot.setPalette(palette);
    EXPECT_EQ(corner(), QColor(20, 22, 24));
}

TEST(Plots, TellScreenReadersWhatTheyShow) {
    HistogramPlot plot;
    plot.setEmptyText(QStringLiteral("Calibrate first"));
    EXPECT_EQ(plot.accessibleDescription(), QStringLiteral("Calibrate first"));
    fillHistogram(plot);
    EXPECT_EQ(plot.accessibleName(), QStringLiteral("model.layers.0.mlp.down_proj:input"));
    EXPECT_TRUE(plot.accessibleDescription().contains(QStringLiteral("16 values")))
        << qPrintable(plot.accessibleDescription());
    plot.clear();
    EXPECT_EQ(plot.accessibleDescription(), QStringLiteral("Calibrate first"));
    EXPECT_TRUE(plot.csv().isEmpty());
}

TEST(HistogramPlot, WritesEveryNativeBin) {
    HistogramPlot plot;
    fillHistogram(plot);
    EXPECT_EQ(plot.csv().toStdString(), "lower_edge,upper_edge,count\n-1,-0.5,1\n-0.5,0,10\n0,0.5,0\n0.5,1,5\n");
}

TEST(HistogramPlot, TakesTheRangeWhoseLineIsClicked) {
    HistogramPlot plot;
    fillHistogram(plot);
    show(plot);
    QSignalSpy clicked(&plot, &HistogramPlot::rangeClicked);
    for (int x = 0; x < plot.width(); x += 4)
        clickAt(plot, {x, 250});
    std::vector<int> order;
    for (const QList<QVariant>& call : clicked)
        if (order.empty() || order.back() != call[0].toInt())
            order.push_back(call[0].toInt());
    EXPECT_EQ(order, (std::vector<int>{0, 1, 0}));
}

/// Where the active range's ends stand, found as a user finds them: by the shape of the cursor.
std::vector<int> gripsOf(HistogramPlot& plot) {
    std::vector<int> grips;
    bool wasOver = false;
    for (int x = 0, begin = 0; x < canvas(plot).width(); ++x) {
        QTest::mouseMove(&canvas(plot), {x, 250});
        const bool isOver = canvas(plot).cursor().shape() == Qt::SizeHorCursor;
        if (isOver && !wasOver)
            begin = x;
        if (!isOver && wasOver)
            grips.push_back((begin + x) / 2);
        wasOver = isOver;
    }
    return grips;
}

void dragFrom(HistogramPlot& plot, int from, int to) {
    QTest::mousePress(&canvas(plot), Qt::LeftButton, Qt::NoModifier, {from, 250});
    for (int step = 1; step <= 4; ++step) {
        const QPointF at(from + (to - from) * step / 4.0, 250);
        QMouseEvent move(QEvent::MouseMove, at, canvas(plot).mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                         Qt::NoModifier);
        QCoreApplication::sendEvent(&canvas(plot), &move);
    }
    QTest::mouseRelease(&canvas(plot), Qt::LeftButton, Qt::NoModifier, {to, 250});
}

TEST(HistogramPlot, LetsTheEndsOfTheActiveRangeBeDragged) {
    HistogramPlot plot;
    fillHistogram(plot);
    show(plot);
    EXPECT_TRUE(gripsOf(plot).empty());
    plot.setDraggable(true);
    const std::vector<int> grips = gripsOf(plot); // of −0.5 and 0.5
    ASSERT_EQ(grips.size(), 2u);
    const int step = (grips[1] - grips[0]) / 4; // a quarter
    QSignalSpy dragged(&plot, &HistogramPlot::rangeDragged), dropped(&plot, &HistogramPlot::rangeDropped);
    dragFrom(plot, grips[1], grips[1] + step);
    EXPECT_GE(dragged.count(), 3);
    ASSERT_EQ(dropped.count(), 1);
    EXPECT_EQ(dropped[0][0].toDouble(), -0.5);
    EXPECT_NEAR(dropped[0][1].toDouble(), 0.75, 0.02);
    dragFrom(plot, grips[0], grips[1] + step); // never past zero
    EXPECT_EQ(dropped[1][0].toDouble(), 0);
    plot.setMirrored(true);
    dragFrom(plot, grips[0], grips[0] - step);
    EXPECT_NEAR(dropped[2][0].toDouble(), -0.75, 0.02);
    EXPECT_EQ(dropped[2][1].toDouble(), -dropped[2][0].toDouble());
    clickAt(plot, {grips[0], 250});
    EXPECT_EQ(dropped.count(), 3);
    plot.setMirrored(false);
    QTest::keyClick(&plot, Qt::Key_Left, Qt::ShiftModifier);
    EXPECT_EQ(dropped[3][0].toDouble(), -1);
}

TEST(HistogramPlot, WeighsBinsByTheirEnergy) {
    HistogramPlot plot;
    fillHistogram(plot);
    plot.setEnergy(true);
    // Mean of x² over [−1, −0.5): (1³ − 0.5³) / 3 / 0.5; over [−0.5, 0): 0.5³ / 3 / 0.5.
    const QStringList lines = plot.csv().split(QLatin1Char('\n'));
    EXPECT_NEAR(lines[1].section(QLatin1Char(','), 3).toDouble(), 1 * 0.875 / 1.5, 1e-12);
    EXPECT_NEAR(lines[2].section(QLatin1Char(','), 3).toDouble(), 10 * 0.125 / 1.5, 1e-12);
    EXPECT_EQ(lines[3].section(QLatin1Char(','), 3).toDouble(), 0);
    show(plot);
    EXPECT_LT(test::quickestRedraw(plot), kGuardMs);
}

TEST(HistogramPlot, SurvivesAHistogramOfOneBin) {
    HistogramPlot plot;
    plot.setHistogram(0, 0.25, std::vector<std::uint64_t>{7});
    show(plot);
    plot.setLogarithmic(false);
    EXPECT_LT(test::quickestRedraw(plot), kGuardMs);
}

TEST(ChannelPlot, MarksOutliersWorstFirst) {
    ChannelPlot plot;
    plot.setChannels(threeChannelsOfTen());
    EXPECT_EQ(plot.outliers(), (std::vector<int>{8, 3}));
}

TEST(ChannelPlot, SortsByTheLargestMagnitude) {
    ChannelPlot plot;
    plot.setChannels(threeChannelsOfTen());
    plot.setSorted(true);
    const QStringList lines = plot.csv().split(QLatin1Char('\n'));
    EXPECT_EQ(lines[1].toStdString(), "0,8,-90,45,22.5");
    EXPECT_EQ(lines[2].toStdString(), "1,3,-40,20,10");
}

TEST(ChannelPlot, SelectsByClickAndByKey) {
    ChannelPlot plot;
    plot.setChannels(threeChannelsOfTen());
    show(plot);
    QSignalSpy clicked(&plot, &ChannelPlot::channelClicked);
    clickAt(plot, {plot.width() / 2, 250});
    ASSERT_EQ(clicked.count(), 1);
    const int channel = clicked[0][0].toInt();
    EXPECT_EQ(plot.selectedChannel(), channel);
    QTest::keyClick(&plot, Qt::Key_Right);
    EXPECT_EQ(plot.selectedChannel(), channel + 1);
}

TEST(LinesPlot, LeavesGapsWhereValuesAreMissing) {
    LinesPlot plot;
    const double missing = std::numeric_limits<double>::quiet_NaN();
    plot.setSeries({{QStringLiteral("a"), {1, missing, 3}}, {QStringLiteral("b"), {4}}}, QStringLiteral("Layer"),
                   QStringLiteral("Error"));
    EXPECT_EQ(plot.csv().toStdString(), "x,name,a,b\n0,0,1,4\n1,1,,\n2,2,3,\n");
    show(plot);
    plot.setLogarithmic(true);
    EXPECT_LT(test::quickestRedraw(plot), kGuardMs);
}

TEST(ScatterPlot, TellsWhichPointIsClicked) {
    ScatterPlot plot;
    plot.setPoints({{3.25, 7.5, QStringLiteral("rtn"), QStringLiteral("RTN")},
                    {4.25, 6.5, QStringLiteral("gptq"), QStringLiteral("GPTQ")}},
                   QStringLiteral("Bits per weight"), QStringLiteral("Perplexity"));
    plot.setReference(ReferenceLine{6, QStringLiteral("full precision")});
    show(plot);
    QSignalSpy clicked(&plot, &ScatterPlot::pointClicked);
    for (int y = 0; y < plot.height(); y += 8)
        for (int x = 0; x < plot.width(); x += 8)
            clickAt(plot, {x, y});
    std::vector<int> order;
    for (const QList<QVariant>& call : clicked)
        if (order.empty() || order.back() != call[0].toInt())
            order.push_back(call[0].toInt());
    EXPECT_EQ(order, (std::vector<int>{0, 1}));
}

TEST(NumberFormat, IsShortAndReadable) {
    EXPECT_EQ(formatNumber(0), QStringLiteral("0"));
    EXPECT_EQ(formatNumber(-3.14159), QStringLiteral("-3.142"));
    EXPECT_EQ(formatNumber(123456), QStringLiteral("123456"));
    EXPECT_EQ(formatNumber(1.25e-7), QStringLiteral("1.25e-7"));
    EXPECT_EQ(formatNumber(std::nan("")), QStringLiteral("–"));
    EXPECT_EQ(formatCompact(20000), QStringLiteral("20k"));
    EXPECT_EQ(formatCompact(1'500'000), QStringLiteral("1.5M"));
    EXPECT_EQ(formatCompact(999'900), QStringLiteral("1M"));
    EXPECT_EQ(formatCompact(0.5), QStringLiteral("0.5"));
}

} // namespace
} // namespace vernier::ui
