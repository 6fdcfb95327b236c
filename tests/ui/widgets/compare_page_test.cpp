#include "ui/compare/compare_page.h"

#include "core/store/project_file.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/run_arrangement.h"
#include "ui/bridge/run_edits.h"
#include "ui/bridge/text.h"
#include "ui/compare/compare_table.h"
#include "ui/compare/pair_view.h"
#include "ui/compare/trade_off_view.h"
#include "ui/plots/histogram_plot.h"
#include "ui/plots/lines_plot.h"
#include "ui/plots/number_table.h"
#include "ui/plots/scatter_plot.h"
#include "ui/runs/run_table_view.h"
#include "ui/tokens/loss_text.h"
#include "ui/tokens/token_loss_view.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

struct ComparePageTest : ::testing::Test {
    test::StudioFixture studio;
    ComparePage page{studio.services};

    void openRuns() {
        const auto path = studio.folder / "runs.vernier";
        saveProject(test::StudioFixture::projectWithRuns(), path);
        studio.session.open(fromPath(path));
        page.resize(1200, 800);
        page.show();
        ASSERT_TRUE(studio.settle());
    }
};

TEST_F(ComparePageTest, LeadsToRunsWhileThereAreNone) {
    page.show();
    const QSignalSpy asked(&studio.navigator, &Navigator::pageRequested);
    for (auto* button : page.findChildren<QPushButton*>())
        if (button->isVisible())
            QTest::mouseClick(button, Qt::LeftButton);
    ASSERT_EQ(asked.count(), 1);
    EXPECT_EQ(asked.first().first().toString(), page::kRuns);
}

TEST_F(ComparePageTest, SortsByNumberWithMissingValuesLast) {
    openRuns();
    auto* table = page.findChild<RunTableView*>();
    const auto order = [table] {
        QStringList names;
        for (int row = 0; row < table->model()->rowCount(); ++row)
            names.append(table->model()->index(row, 0).data().toString());
        return names;
    };
    table->sortByColumn(RunTableModel::Perplexity, Qt::AscendingOrder);
    EXPECT_EQ(order(), (QStringList{QStringLiteral("gptq-3bit-g64"), QStringLiteral("rtn-3bit-g64"),
                                    QStringLiteral("awq-3bit-g64")}));
    table->sortByColumn(RunTableModel::Perplexity, Qt::DescendingOrder);
    EXPECT_EQ(order().first(), QStringLiteral("rtn-3bit-g64"));
    EXPECT_EQ(order().last(), QStringLiteral("awq-3bit-g64"));
}

TEST_F(ComparePageTest, PlotsEvaluatedRunsAndLinksThemToTheTable) {
    openRuns();
    auto* plot = page.findChild<ScatterPlot*>();
    EXPECT_TRUE(plot->csv().contains(QStringLiteral("gptq-3bit-g64")));
    EXPECT_FALSE(plot->csv().contains(QStringLiteral("awq-3bit-g64"))) << "not evaluated";
    emit plot->pointClicked(1);
    EXPECT_EQ(page.findChild<RunTableView*>()->selectedRuns(), QStringList{QStringLiteral("gptq-3bit-g64")});
    auto* errors = page.findChild<LinesPlot*>();
    EXPECT_TRUE(errors->csv().contains(QStringLiteral("gptq-3bit-g64")));
    EXPECT_FALSE(errors->csv().contains(QStringLiteral("rtn-3bit-g64"))) << "only the chosen run";
}

TEST_F(ComparePageTest, FoldsEqualSettingsIntoALineAndFiltersAsOneTypes) {
    openRuns();
    auto* runs = page.findChild<CompareTable*>();
    RunTableView& table = runs->view();
    EXPECT_TRUE(runs->sharedText().contains(QStringLiteral("bits 3 · group_size 64")));
    EXPECT_FALSE(runs->sharedText().contains(QStringLiteral("GPTQ")));
    EXPECT_TRUE(table.isColumnHidden(RunTableModel::Bits));
    EXPECT_FALSE(table.isColumnHidden(RunTableModel::Method)) << "differs";
    auto* fold = runs->findChild<QCheckBox*>();
    QTest::mouseClick(fold, Qt::LeftButton, {}, QPoint(8, fold->height() / 2));
    EXPECT_FALSE(table.isColumnHidden(RunTableModel::Bits));

    auto* plot = page.findChild<ScatterPlot*>();
    QTest::keyClicks(runs->findChild<QLineEdit*>(), QStringLiteral("gptq"));
    EXPECT_EQ(table.model()->rowCount(), 1);
    EXPECT_TRUE(plot->csv().contains(QStringLiteral("gptq-3bit-g64")));
    EXPECT_FALSE(plot->csv().contains(QStringLiteral("rtn-3bit-g64"))) << "the plots show what the table shows";
}

TEST_F(ComparePageTest, HidesRunsAndColumns) {
    openRuns();
    auto* runs = page.findChild<CompareTable*>();
    RunTableView& table = runs->view();
    const auto press = [&](const QString& text) {
        for (auto* button : runs->findChildren<QToolButton*>())
            if (button->text().startsWith(text)) {
                QTest::mouseClick(button, Qt::LeftButton);
                return;
            }
        FAIL() << text.toStdString();
    };
    table.selectRun(QStringLiteral("rtn-3bit-g64"));
    press(QStringLiteral("Hide"));
    EXPECT_EQ(table.model()->rowCount(), 2);
    press(QStringLiteral("Show hidden (1)"));
    EXPECT_EQ(table.model()->rowCount(), 3);
    QMenu menu;
    table.addColumnActions(menu);
    for (QAction* action : menu.actions())
        if (action->text() == QStringLiteral("Time"))
            action->trigger();
    EXPECT_TRUE(table.isColumnHidden(RunTableModel::Time));
    emit table.arrangement().arranged(); // whatever happens to the runs, the column stays away
    EXPECT_TRUE(table.isColumnHidden(RunTableModel::Time));
    menu.clear();
    table.addColumnActions(menu);
    for (QAction* action : menu.actions())
        if (action->text() == QStringLiteral("Time"))
            action->trigger();
    EXPECT_FALSE(table.isColumnHidden(RunTableModel::Time));
}

TEST_F(ComparePageTest, ExportsNumbersAndDifferencesInFullPrecision) {
    openRuns();
    auto* runs = page.findChild<CompareTable*>();
    studio.session.runs().pinBaseline(QStringLiteral("gptq-3bit-g64"));
    const auto path = studio.folder / "runs.csv";
    ASSERT_TRUE(runs->exportCsv(fromPath(path)));
    const QStringList lines = QString::fromStdString(vernier::test::get(path)).split(QLatin1Char('\n'));
    ASSERT_EQ(lines.size(), 5);
    const QStringList titles = lines[0].split(QLatin1Char(',')), rtn = lines[2].split(QLatin1Char(','));
    EXPECT_EQ(lines[1].section(QLatin1Char(','), 0, 0), QStringLiteral("gptq-3bit-g64")) << "the baseline first";
    const auto cell = [&](const char* title) { return rtn.value(titles.indexOf(QLatin1String(title))); };
    EXPECT_EQ(cell("Run"), QStringLiteral("rtn-3bit-g64"));
    EXPECT_EQ(cell("Perplexity"), QStringLiteral("14"));
    EXPECT_EQ(rtn.value(titles.indexOf(QStringLiteral("Δ Perplexity"))), QStringLiteral("3"));
    EXPECT_EQ(cell("Size"), QStringLiteral("6000"));
    const QSignalSpy refused(&studio.session, &ProjectSession::refused);
    EXPECT_FALSE(runs->exportCsv(fromPath(studio.folder / "no/such/folder.csv")));
    EXPECT_EQ(refused.count(), 1);
}

TEST_F(ComparePageTest, DrawsTheParetoFrontAndFollowsTheSelection) {
    Project project = test::StudioFixture::projectWithRuns();
    project.runs[2].evaluation = project.runs[0].evaluation; // awq: as bad as rtn, and larger
    project.runs[2].storedBytes = 4000;
    project.runs[0].storedBytes = 500; // rtn: worst, and smallest
    saveProject(project, studio.folder / "runs.vernier");
    studio.session.open(fromPath(studio.folder / "runs.vernier"));
    page.show();
    ASSERT_TRUE(studio.settle());
    EXPECT_EQ(page.findChild<TradeOffView*>()->front(),
              (QStringList{QStringLiteral("rtn-3bit-g64"), QStringLiteral("gptq-3bit-g64")}));
    auto* plot = page.findChild<ScatterPlot*>();
    emit plot->pointClicked(2);
    EXPECT_EQ(studio.selection.run(), QStringLiteral("awq-3bit-g64"));
    EXPECT_EQ(page.findChild<RunTableView*>()->selectedRuns(), QStringList{QStringLiteral("awq-3bit-g64")});
}

TEST(PairVerdict, SaysWhichIsBetterAndHowSureThatIs) {
    QLocale::setDefault(QLocale::c());
    const QString a = QStringLiteral("a"), b = QStringLiteral("b");
    const QString sure = pairVerdict({-0.0125, -0.0155, -0.0095, 1.0, 8000, 32}, a, b);
    EXPECT_TRUE(sure.startsWith(QStringLiteral("a is better than b by 0.0125 ± 0.003"))) << sure.toStdString();
    EXPECT_TRUE(sure.contains(QStringLiteral("95 %: 0.00950 … 0.0155; sure at more than ") + formatPercent(0.999, 1)))
        << sure.toStdString();
    EXPECT_TRUE(sure.contains(QStringLiteral("8000 tokens in 32 windows")));
    const QString other = pairVerdict({0.0125, 0.0095, 0.0155, 0.002, 8000, 32}, a, b);
    EXPECT_TRUE(other.startsWith(QStringLiteral("b is better than a by 0.0125"))) << other.toStdString();
    EXPECT_TRUE(other.contains(QStringLiteral("sure at ") + formatPercent(0.998, 1))) << other.toStdString();
    const QString unsure = pairVerdict({-0.001, -0.004, 0.002, 0.72, 8000, 32}, a, b);
    EXPECT_TRUE(unsure.startsWith(QStringLiteral("No sure difference"))) << unsure.toStdString();
    EXPECT_TRUE(unsure.contains(formatPercent(0.72, 1)));
}

TEST_F(ComparePageTest, ComparesTwoRunsTokenByTokenInAJob) {
    studio.importDemo();
    for (const int bits : {2, 6}) {
        RunOrder order = studio.smallOrder();
        order.settings.method = Method::Rtn;
        order.settings.scheme = {bits, 64, false};
        order.name = "rtn " + std::to_string(bits);
        order.evaluation.reset();
        studio.session.makeRun(order);
    }
    page.resize(1200, 900);
    page.show();
    ASSERT_TRUE(studio.settle(120000));
    auto* tabs = page.findChild<QTabWidget*>();
    tabs->setCurrentIndex(1);
    auto* pair = page.findChild<PairView*>();
    studio.selection.selectRun(QStringLiteral("rtn 6"));
    auto* windows = pair->findChild<QSpinBox*>();
    windows->setValue(4);
    QTest::mouseClick(pair->findChild<QPushButton*>(), Qt::LeftButton);
    EXPECT_EQ(pair->findChild<QPushButton*>()->text(), QStringLiteral("Cancel"));
    ASSERT_TRUE(studio.settle(120000));
    EXPECT_TRUE(pair->verdict().startsWith(QStringLiteral("rtn 6 is better than rtn 2 by ")))
        << pair->verdict().toStdString();
    EXPECT_TRUE(pair->findChild<HistogramPlot*>()->csv().contains(QLatin1Char('\n')));
    auto* view = pair->findChild<TokenLossView*>();
    EXPECT_GT(view->table().rowCount(), 10);
    EXPECT_FALSE(view->text().toPlainText().isEmpty());
    EXPECT_TRUE(view->text().tokenText(2).contains(QStringLiteral("rtn 2")));
    EXPECT_EQ(pair->findChild<QPushButton*>()->text(), QStringLiteral("Compare"));
}

} // namespace
} // namespace vernier::ui
