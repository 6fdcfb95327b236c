#include "ui/layers/cause_panel.h"

#include "core/workbench/pack_set.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/set_history.h"
#include "ui/bridge/text.h"
#include "ui/data/curation.h"
#include "ui/data/data_page.h"
#include "ui/data/document_panel.h"
#include "ui/data/document_table_model.h"
#include "ui/layers/clipping_view.h"
#include "ui/layers/layers_page.h"
#include "ui/layers/tap_panel.h"
#include "ui/plots/channel_plot.h"
#include "ui/plots/histogram_plot.h"
#include "ui/plots/number_format.h"
#include "ui/plots/number_table.h"

#include <QAction>
#include <QMenu>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QTextBlock>
#include <QTextLayout>
#include <QToolButton>

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

enum Column { Text, Value, Channel, Window, Position, Document, Times };

/// The demo's texts, calibrated, with down_proj of block 1 selected.
struct CausePanelTest : testing::Test {
    static constexpr int kLength = 64;

    CausePanelTest() : page(studio.services), causes(page.causes()) {
        page.resize(1400, 900);
        page.show();
        studio.importDemo();
        studio.model.open(test::StudioFixture::demoModel());
        studio.settle();
        studio.session.calibrate(test::StudioFixture::smallCalibration(4, kLength));
        studio.settle();
        studio.selection.selectTap(1, 3);
        studio.settle();
        JobContext job;
        const auto project = studio.session.project();
        windows = packSet(*project, set(), *studio.model.model(), project->calibrations.back().recipe, job);
    }
    const CalibrationSet& set() const { return *studio.session.project()->findSet("calibration"); }
    const TapStatistics& tap() const { return studio.statistics.block(1)->taps[3]; }
    QString cell(int row, int column) const { return causes.table().item(row, column)->text(); }
    /// The text that is marked in the pane.
    QString marked() const {
        QString text;
        for (QTextBlock block = causes.text().document()->begin(); block.isValid(); block = block.next())
            for (const auto& range : block.layout()->formats())
                text += QString(block.text() + QLatin1Char('\n')).mid(range.start, range.length);
        return text;
    }
    QString decoded(std::size_t row) const {
        return fromUtf8(studio.model.model()->tokenizer.decode({windows.ids[row]}));
    }
    std::uint32_t documentOf(std::size_t row) const { return set().documents[windows.documents[row]]; }
    void trigger(const QString& action) { causes.findChild<QAction*>(action)->trigger(); }

    test::StudioFixture studio;
    LayersPage page;
    CausePanel& causes;
    TokenWindows windows;
};

TEST_F(CausePanelTest, ListsTheLargestValuesOfTheTapWithTheirTokens) {
    // What the statistics say by themselves: the tap's extremes, largest first.
    const auto extremes = tap().extremes.values();
    ASSERT_GE(causes.table().rowCount(), std::ssize(extremes));
    for (int row = 0; row < 5; ++row) {
        const ExtremeValue& extreme = extremes[static_cast<std::size_t>(row)];
        EXPECT_EQ(cell(row, Value), formatNumber(double{extreme.value}));
        EXPECT_EQ(cell(row, Channel), QString::number(extreme.channel));
        EXPECT_EQ(cell(row, Window), QString::number(extreme.row / kLength));
        EXPECT_EQ(cell(row, Position), QString::number(extreme.row % kLength));
    }
    EXPECT_EQ(marked(), decoded(extremes[0].row));
    EXPECT_TRUE(cell(0, Text).contains(QLatin1Char('[')));
    EXPECT_EQ(cell(0, Times), QStringLiteral("×1"));
    // The pane shows the window from its first token on, as far as it reaches.
    const std::size_t first = extremes[0].row - extremes[0].row % kLength;
    const auto from = windows.ids.begin() + static_cast<std::ptrdiff_t>(first);
    EXPECT_EQ(causes.text().toPlainText(), fromUtf8(studio.model.model()->tokenizer.decode({from, from + kLength})));
}

TEST_F(CausePanelTest, AClickOnAChannelAsksAboutThatChannel) {
    auto& plot = page.panel().channels();
    ASSERT_FALSE(plot.outliers().empty());
    const int channel = plot.outliers()[0];
    emit plot.channelClicked(channel);
    studio.settle();
    const auto index = static_cast<std::size_t>(channel);
    ASSERT_GT(causes.table().rowCount(), 0);
    for (int row = 0; row < causes.table().rowCount(); ++row)
        EXPECT_EQ(cell(row, Channel), QString::number(channel));
    EXPECT_EQ(causes.causes().values[0].extreme.row, tap().channels.absMaxRow[index]);
    EXPECT_EQ(std::abs(causes.causes().values[0].extreme.value), tap().channels.absMax(channel));
    EXPECT_EQ(marked(), decoded(tap().channels.absMaxRow[index]));
    EXPECT_TRUE(causes.heading().contains(QStringLiteral("channel %1").arg(channel)));

    trigger(QStringLiteral("wholeTap"));
    studio.settle();
    EXPECT_EQ(studio.selection.channel(), -1);
    EXPECT_EQ(cell(0, Value), formatNumber(double{tap().extremes.values()[0].value}));
}

TEST_F(CausePanelTest, AClickOnATailBinAsksAboutItsValues) {
    HistogramPlot& histogram = page.panel().clipping().histogram();
    QSignalSpy clicked(&histogram, &HistogramPlot::binsClicked);
    QWidget& canvas = *histogram.childAt(histogram.rect().center());
    // From the left: the first click that is at no range's end and has an extreme value under it.
    double low = 0, high = 0;
    const auto isBetween = [&](const ExtremeValue& v) { return double{v.value} >= low && double{v.value} < high; };
    for (int x = 0; x < canvas.width() && std::ranges::none_of(tap().extremes.values(), isBetween); ++x) {
        clicked.clear();
        QTest::mouseClick(&canvas, Qt::LeftButton, Qt::NoModifier, {x, canvas.height() / 2});
        low = clicked.isEmpty() ? 0 : clicked.last()[0].toDouble();
        high = clicked.isEmpty() ? 0 : clicked.last()[1].toDouble();
    }
    ASSERT_LT(low, high);
    studio.settle();
    std::size_t expected = 0; // of the extremes and the channels' largest, by their definition
    std::vector<std::pair<std::uint64_t, std::uint32_t>> seen;
    for (const ExtremeValue& extreme : tap().extremes.values()) {
        seen.emplace_back(extreme.row, extreme.channel);
        expected += double{extreme.value} >= low && double{extreme.value} < high ? 1 : 0;
    }
    for (std::uint32_t c = 0; c < tap().channels.min.size(); ++c) {
        const double most = double{tap().channels.max[c]}, least = double{tap().channels.min[c]};
        const double value = std::abs(least) > std::abs(most) ? least : most;
        if (value >= low && value < high && !std::ranges::count(seen, std::pair(tap().channels.absMaxRow[c], c)))
            ++expected;
    }
    ASSERT_GT(expected, 0u);
    EXPECT_EQ(causes.table().rowCount(), static_cast<int>(expected));
    for (const ReportedExtreme& value : causes.causes().values) {
        EXPECT_GE(double{value.extreme.value}, low);
        EXPECT_LT(double{value.extreme.value}, high);
        EXPECT_EQ(fromUtf8(value.token), decoded(value.extreme.row));
    }
    // Another tap asks about its own largest values again.
    studio.selection.selectTap(0, 0);
    studio.settle();
    EXPECT_TRUE(causes.heading().contains(QStringLiteral("largest values")));
}

TEST_F(CausePanelTest, SaysThatInnerValuesWereNotKept) {
    // The fullest bin that holds no channel's largest value.
    const Histogram& histogram = tap().histogram;
    std::size_t fullest = 0;
    std::uint64_t most = 0;
    for (std::size_t bin = 0; bin < histogram.counts().size(); ++bin) {
        const double low = histogram.lowerEdge(bin), high = low + histogram.binWidth();
        const auto inside = [&](float value) { return double{value} >= low && double{value} < high; };
        if (histogram.counts()[bin] > most && std::ranges::none_of(tap().channels.max, inside) &&
            std::ranges::none_of(tap().channels.min, inside)) {
            fullest = bin;
            most = histogram.counts()[bin];
        }
    }
    ASSERT_GT(most, 0u);
    causes.askAboutValues(histogram.lowerEdge(fullest), histogram.lowerEdge(fullest + 1));
    studio.settle();
    EXPECT_EQ(causes.table().rowCount(), 0);
    EXPECT_EQ(causes.causes().counted, most);
    EXPECT_TRUE(causes.table().emptyText().contains(QStringLiteral("the 64 most extreme")));
    EXPECT_EQ(causes.causes().kept, 0u);
}

TEST_F(CausePanelTest, EditsTheSetThatWasCalibratedOnAndCanBeUndone) {
    const std::uint32_t document = documentOf(tap().extremes.values()[0].row);
    const auto times = [&] { return std::ranges::count(set().documents, document); };
    const auto before = times();
    ASSERT_GT(before, 0);
    QWidget& table = causes.table();
    table.setFocus();
    QTest::keyClick(&table, Qt::Key_D);
    EXPECT_EQ(times(), 0);
    EXPECT_EQ(cell(0, Times), QStringLiteral("×0"));
    studio.settle();
    EXPECT_EQ(marked(), decoded(tap().extremes.values()[0].row)); // the texts stay, though the set has changed
    QTest::keyClick(&table, Qt::Key_K);
    EXPECT_EQ(times(), 1);
    auto* multiply = causes.findChild<QToolButton*>(QStringLiteral("multiply"));
    multiply->menu()->actions()[2]->trigger(); // ×3
    EXPECT_EQ(times(), 3);
    EXPECT_EQ(cell(0, Times), QStringLiteral("×3"));
    for (int i = 0; i < 3; ++i)
        studio.session.sets().undo();
    EXPECT_EQ(times(), before);
    EXPECT_EQ(cell(0, Times), QStringLiteral("×%1").arg(before));
}

TEST_F(CausePanelTest, ShowsTheDocumentInData) {
    DataPage data(studio.services);
    studio.settle();
    data.documents().setFilter(QStringLiteral("nothing has this text"));
    studio.settle();
    ASSERT_EQ(data.documents().model().rowCount(), 0);
    QSignalSpy pages(&studio.navigator, &Navigator::pageRequested);
    causes.table().setFocus();
    QTest::keyClick(&causes.table(), Qt::Key_Return);
    studio.settle();
    ASSERT_EQ(pages.count(), 1);
    EXPECT_EQ(pages[0][0].toString(), page::kData);
    const std::uint32_t document = documentOf(tap().extremes.values()[0].row);
    EXPECT_EQ(data.curation().current(), document);
    EXPECT_EQ(data.curation().setName(), QStringLiteral("calibration"));
    const QTableView& list = data.documents().table();
    EXPECT_EQ(data.documents().model().documentIndex(list.currentIndex().row()), document);
}

TEST_F(CausePanelTest, SaysSoWhenTheSetHasChangedSinceTheCalibration) {
    studio.session.sets().edit(QStringLiteral("calibration"), [this](const CalibrationSet& changed) {
        return excludeDocuments(changed, std::vector{documentOf(0)});
    });
    studio.settle();
    LayersPage other(studio.services); // one that has not looked at the windows before
    other.resize(1400, 900);
    other.show();
    studio.settle();
    ASSERT_GT(other.causes().table().rowCount(), 0);
    EXPECT_FALSE(other.causes().causes().values[0].place.has_value());
    EXPECT_EQ(other.causes().table().item(0, Text)->text(), QStringLiteral("not known"));
    EXPECT_TRUE(other.causes().text().placeholderText().contains(QStringLiteral("has changed")));
    studio.session.sets().undo();
    studio.settle();
    EXPECT_TRUE(other.causes().causes().values[0].place.has_value());
}

} // namespace
} // namespace vernier::ui
