#include "ui/compare/compare_page.h"

#include "core/store/project_file.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/run_table_model.h"
#include "ui/bridge/text.h"
#include "ui/plots/lines_plot.h"
#include "ui/plots/scatter_plot.h"
#include "ui/runs/run_table_view.h"

#include <QHeaderView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

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
    QTest::mouseClick(page.findChild<QPushButton*>(), Qt::LeftButton);
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

} // namespace
} // namespace vernier::ui
