#include "ui/runs/run_table_view.h"

#include "core/store/project_file.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/run_edits.h"
#include "ui/bridge/run_table_model.h"
#include "ui/bridge/text.h"

#include <QInputDialog>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTest>

#include <gmock/gmock.h>

namespace vernier::ui {
namespace {

using testing::ElementsAre;

const QString kGptq = QStringLiteral("gptq-3bit-g64");

struct RunTableViewTest : ::testing::Test {
    test::StudioFixture studio;
    RunTableModel model{studio.session};
    RunTableView table{studio.services, model};

    void SetUp() override {
        saveProject(test::StudioFixture::projectWithRuns(), studio.folder / "runs.vernier");
        studio.session.open(fromPath(studio.folder / "runs.vernier"));
        ASSERT_TRUE(studio.settle());
        table.resize(1400, 300);
        table.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&table));
        table.setFocus();
    }
    const vernier::Run& run(const QString& name) const {
        return *studio.session.project()->findRun(name.toStdString());
    }
    QPoint cell(int row, int column) const { return table.visualRect(table.model()->index(row, column)).center(); }
    QInputDialog* dialog() const { return table.findChild<QInputDialog*>(); }
};

TEST_F(RunTableViewTest, RenamesWithF2AndKeepsTheSelection) {
    table.sortByColumn(RunTableModel::Name, Qt::AscendingOrder); // awq, gptq, rtn
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, cell(1, RunTableModel::Perplexity));
    EXPECT_EQ(studio.selection.run(), kGptq);
    QTest::keyClick(&table, Qt::Key_F2);
    auto* editor = table.viewport()->findChild<QLineEdit*>();
    ASSERT_TRUE(editor);
    EXPECT_EQ(editor->text(), kGptq);
    QTest::keyClicks(editor, QStringLiteral("zz best")); // all was selected
    QTest::keyClick(editor, Qt::Key_Return);
    QCoreApplication::processEvents(); // the view takes it once the editor is done with the key
    ASSERT_TRUE(studio.session.project()->findRun("zz best"));
    EXPECT_EQ(table.selectedRuns(), QStringList{QStringLiteral("zz best")});
    EXPECT_EQ(table.model()->index(2, 0).data().toString(), QStringLiteral("zz best")) << "sorted anew";
    EXPECT_EQ(studio.selection.run(), QStringLiteral("zz best"));
    studio.session.runs().undo();
    EXPECT_EQ(table.selectedRuns(), QStringList{kGptq});
    EXPECT_EQ(studio.selection.run(), kGptq);
}

TEST_F(RunTableViewTest, DeletesTheSelectedRunsInOneStep) {
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, cell(0, RunTableModel::Method));
    QTest::mouseClick(table.viewport(), Qt::LeftButton, Qt::ShiftModifier, cell(1, RunTableModel::Method));
    QTest::keyClick(&table, Qt::Key_Delete);
    EXPECT_EQ(studio.session.project()->runs.size(), 1u);
    studio.session.runs().undo();
    EXPECT_EQ(studio.session.project()->runs.size(), 3u);
    EXPECT_FALSE(studio.session.runs().canUndo());
}

TEST_F(RunTableViewTest, WritesTagsInTheCellAndNotesInADialog) {
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, cell(1, RunTableModel::Tags));
    QTest::mouseDClick(table.viewport(), Qt::LeftButton, {}, cell(1, RunTableModel::Tags));
    auto* editor = table.viewport()->findChild<QLineEdit*>();
    ASSERT_TRUE(editor);
    QTest::keyClicks(editor, QStringLiteral("law, final"));
    QTest::keyClick(editor, Qt::Key_Return);
    QCoreApplication::processEvents();
    EXPECT_THAT(run(kGptq).tags, ElementsAre("law", "final"));

    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, cell(1, RunTableModel::Note));
    QTest::keyClick(&table, Qt::Key_F2);
    ASSERT_TRUE(dialog());
    auto* text = dialog()->findChild<QPlainTextEdit*>();
    ASSERT_TRUE(text);
    QTest::keyClicks(text, QStringLiteral("one"));
    QTest::keyClick(text, Qt::Key_Return);
    QTest::keyClicks(text, QStringLiteral("two"));
    dialog()->accept();
    EXPECT_EQ(run(kGptq).note, "one\ntwo");
    EXPECT_EQ(table.model()->index(1, RunTableModel::Note).data().toString(), QStringLiteral("one two"));
}

TEST_F(RunTableViewTest, AddsTagsToSeveralRuns) {
    table.selectAll();
    table.tagSelected();
    ASSERT_TRUE(dialog());
    QTest::keyClicks(dialog()->findChild<QLineEdit*>(), QStringLiteral("night"));
    dialog()->accept();
    for (const vernier::Run& each : studio.session.project()->runs)
        EXPECT_THAT(each.tags, ElementsAre("night"));
    EXPECT_EQ(studio.session.runs().undoText(), QStringLiteral("tagged 3 runs"));
}

TEST_F(RunTableViewTest, ColumnsGrowWithTheTextsOfNewRuns) {
    studio.session.runs().setTags(kGptq, QStringLiteral("a tag that is longer than any other"));
    studio.session.runs().remove({kGptq});
    table.setColumnWidth(RunTableModel::Tags, 40);
    table.setColumnWidth(RunTableModel::Time, 300);
    studio.session.runs().undo();
    EXPECT_GE(table.columnWidth(RunTableModel::Tags),
              table.fontMetrics().horizontalAdvance(QStringLiteral("a tag that is longer than any other")));
    EXPECT_EQ(table.columnWidth(RunTableModel::Time), 300) << "made wider by hand";
}

} // namespace
} // namespace vernier::ui
