#include "ui/data/data_page.h"

#include "core/dataset/token_windows.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/set_history.h"
#include "ui/bridge/text.h"
#include "ui/data/curation.h"
#include "ui/data/document_panel.h"
#include "ui/data/document_reader.h"
#include "ui/data/document_table_model.h"
#include "ui/data/filter_edit.h"
#include "ui/data/import_bar.h"
#include "ui/data/import_dialog.h"
#include "ui/data/token_text_view.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QHeaderView>
#include <QLineEdit>
#include <QMimeData>
#include <QTableView>
#include <QTest>
#include <QUrl>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

struct DataPageTest : testing::Test {
    DataPageTest() : page(studio.services) {
        vernier::test::put(file, R"({"domain":"story","text":"Once upon a time there was a vernier."}
{"domain":"chat","messages":[{"role":"user","content":"Hello?"},{"role":"assistant","content":"Good day."}]}
{"domain":"code","text":"for (;;) {}"}
)");
        page.resize(1200, 700);
        page.show();
    }

    /// Waits for all jobs, and for the delayed refresh that follows a count.
    void settle() {
        constexpr int kDelay = 300;
        ASSERT_TRUE(studio.settle());
        test::waitFor([] { return false; }, kDelay);
        ASSERT_TRUE(studio.settle());
    }
    void drop(const std::filesystem::path& path) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(fromPath(path))});
        QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&page, &enter);
        QDropEvent event(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&page, &event);
        settle();
        if (auto* asked = page.findChild<ImportDialog*>()) {
            asked->accept();
            page.activateWindow(); // as a window manager does when a dialog closes
            settle();
        }
    }
    void openModel() {
        studio.model.open(test::StudioFixture::demoModel());
        settle();
    }
    QString cell(int row, int column) const { return page.documents().model().index(row, column).data().toString(); }

    test::StudioFixture studio;
    std::filesystem::path file = studio.folder / "three.jsonl";
    DataPage page;
};

TEST_F(DataPageTest, FillsFromDroppedFiles) {
    EXPECT_TRUE(page.isEmpty());
    page.findChild<ImportBar*>()->setTag(QStringLiteral("mine"));
    drop(file);
    EXPECT_FALSE(page.isEmpty());
    ASSERT_EQ(page.documents().model().rowCount(), 3);
    EXPECT_EQ(cell(1, DocumentTableModel::Domain), QStringLiteral("chat"));
    EXPECT_EQ(cell(1, DocumentTableModel::Tags), QStringLiteral("mine"));
    EXPECT_EQ(cell(1, DocumentTableModel::Preview), QStringLiteral("Hello? Good day."));
    EXPECT_TRUE(page.documents().summaryText().startsWith(QStringLiteral("3 documents")))
        << qPrintable(page.documents().summaryText());
}

TEST_F(DataPageTest, CountsTokensOnceAModelIsOpen) {
    drop(file);
    EXPECT_EQ(cell(0, DocumentTableModel::Tokens), QStringLiteral("…"));
    openModel();
    const auto open = studio.model.model();
    ASSERT_NE(open, nullptr);
    std::size_t total = 0;
    for (int row = 0; row < 3; ++row) {
        const std::string text = renderDocument(*page.documents().model().document(row), &*open->chatTemplate, {});
        const std::size_t tokens = open->tokenizer.encode(text).size();
        total += tokens;
        EXPECT_EQ(cell(row, DocumentTableModel::Tokens), formatCount(tokens));
    }
    EXPECT_TRUE(page.documents().summaryText().contains(formatCount(total) + QStringLiteral(" tokens")))
        << qPrintable(page.documents().summaryText());
}

TEST_F(DataPageTest, ReadsTheSelectedDocumentAsTheModelDoes) {
    drop(file);
    openModel();
    page.documents().table().selectRow(1);
    settle();
    const QString text = page.reader().text().toPlainText();
    EXPECT_EQ(text.toStdString(),
              renderDocument(*page.documents().model().document(1), &*studio.model.model()->chatTemplate, {}));
    EXPECT_TRUE(page.reader().factsText().contains(QStringLiteral("chat template")));
}

TEST_F(DataPageTest, FiltersByTextAndBySet) {
    drop(file);
    auto* filter = page.findChild<QLineEdit*>(QStringLiteral("filter"));
    filter->setText(QStringLiteral("A VERNIER."));
    settle();
    ASSERT_EQ(page.documents().model().rowCount(), 1);
    EXPECT_EQ(page.curation().current(), 0);
    EXPECT_TRUE(page.documents().summaryText().startsWith(QStringLiteral("1 of 3 documents")));
    filter->setText(QStringLiteral("nowhere"));
    settle();
    EXPECT_EQ(page.documents().model().rowCount(), 0);
    EXPECT_EQ(page.curation().current(), -1);
    filter->clear();
    settle();
    EXPECT_EQ(page.documents().model().rowCount(), 3);
}

TEST_F(DataPageTest, ShowsWhatIsWrongWithAFilterAndKeepsTheRows) {
    drop(file);
    FilterEdit& filter = page.documents().filter();
    filter.setText(QStringLiteral("domain:code"));
    settle();
    ASSERT_EQ(page.documents().model().rowCount(), 1);
    filter.setText(QStringLiteral("domain:code ("));
    settle();
    EXPECT_TRUE(filter.problem().contains(QStringLiteral("column"))) << qPrintable(filter.problem());
    EXPECT_EQ(page.documents().model().rowCount(), 1);
    filter.setText(QStringLiteral("ppl<10"));
    settle();
    EXPECT_TRUE(filter.problem().contains(QStringLiteral("not known"))) << qPrintable(filter.problem());
    filter.setText(QStringLiteral("-domain:code"));
    settle();
    EXPECT_TRUE(filter.problem().isEmpty());
    EXPECT_EQ(page.documents().model().rowCount(), 2);
}

TEST_F(DataPageTest, SortsByTheColumnThatIsClicked) {
    drop(file);
    openModel();
    page.documents().table().sortByColumn(DocumentTableModel::Domain, Qt::AscendingOrder);
    settle();
    EXPECT_EQ(cell(0, DocumentTableModel::Domain), QStringLiteral("chat"));
    EXPECT_EQ(cell(2, DocumentTableModel::Domain), QStringLiteral("story"));
    page.documents().table().sortByColumn(DocumentTableModel::Tokens, Qt::DescendingOrder);
    settle();
    for (int row = 0; row + 1 < 3; ++row)
        EXPECT_GE(cell(row, DocumentTableModel::Tokens).toInt(), cell(row + 1, DocumentTableModel::Tokens).toInt());
}

TEST_F(DataPageTest, LeavesOutAndTakesBackThePickedDocuments) {
    drop(file);
    QTableView& table = page.documents().table();
    table.selectRow(1);
    const auto documents = [this] { return page.curation().set()->documents; };
    ASSERT_EQ(page.curation().picked(), (std::vector<std::uint32_t>{1}));
    table.setFocus();
    QTest::keyClick(&table, Qt::Key_D);
    settle();
    EXPECT_EQ(documents(), (DocumentList{0, 2}));
    EXPECT_EQ(cell(1, DocumentTableModel::InSet), QString());
    EXPECT_EQ(cell(0, DocumentTableModel::InSet), QStringLiteral("✓"));
    studio.session.sets().undo();
    settle();
    EXPECT_EQ(documents(), (DocumentList{0, 1, 2}));
    EXPECT_EQ(cell(1, DocumentTableModel::InSet), QStringLiteral("✓"));
    studio.session.sets().redo();
    settle();
    EXPECT_EQ(documents(), (DocumentList{0, 2}));
    table.selectRow(1);
    QTest::keyClick(&table, Qt::Key_K);
    settle();
    EXPECT_EQ(documents(), (DocumentList{0, 2, 1}));
}

TEST_F(DataPageTest, ListsWhatIsInTheSetOrNot) {
    drop(file);
    page.documents().table().selectRow(0);
    page.curation().editSet(
        [](const CalibrationSet& set) { return excludeDocuments(set, std::vector<std::uint32_t>{0}); });
    settle();
    auto* scope = page.findChild<QComboBox*>(QStringLiteral("scope"));
    const auto choose = [&](int index) {
        scope->setCurrentIndex(index);
        emit scope->activated(index);
        settle();
    };
    choose(1);
    EXPECT_EQ(page.documents().model().rows(), (std::vector<std::uint32_t>{1, 2}));
    choose(2);
    EXPECT_EQ(page.documents().model().rows(), (std::vector<std::uint32_t>{0}));
}

TEST_F(DataPageTest, UndoesAnImport) {
    drop(file);
    EXPECT_EQ(page.curation().set()->documents.size(), 3U);
    studio.session.sets().undo();
    settle();
    EXPECT_EQ(page.curation().set(), nullptr);
    EXPECT_EQ(studio.session.project()->corpus.size(), 3U); // the corpus only grows
    studio.session.sets().redo();
    settle();
    EXPECT_EQ(page.curation().set()->documents.size(), 3U);
}

TEST_F(DataPageTest, GuessesLanguages) {
    vernier::test::put(file, R"({"text":"Der Hund und die Katze sind nicht in dem Haus, sie sind auf der Straße."}
{"text":"The dog and the cat are not in the house, they are on the street."}
)");
    drop(file);
    EXPECT_EQ(cell(0, DocumentTableModel::Language), QStringLiteral("de"));
    EXPECT_EQ(cell(1, DocumentTableModel::Language), QStringLiteral("en"));
    page.documents().setFilter(QStringLiteral("lang:de"));
    settle();
    EXPECT_EQ(page.documents().model().rows(), (std::vector<std::uint32_t>{0}));
}

TEST_F(DataPageTest, ShowsMeasuresOfDocumentsThatJoinOrAreReadAgain) {
    const auto languages = [this] {
        std::vector<std::string> all;
        const MeasuredColumns& measures = page.curation().table().measures;
        for (std::size_t i = 0; i < page.curation().table().size(); ++i)
            all.emplace_back(measures.languages[i]);
        return all;
    };
    drop(file);
    openModel();
    const std::vector<std::uint32_t> before = page.curation().table().measures.tokens;
    ASSERT_EQ(before.size(), 3U);
    vernier::test::put(file, R"({"text":"Der Hund und die Katze sind nicht in dem Haus, sie sind auf der Straße."})");
    drop(file);
    const std::vector<std::uint32_t>& after = page.curation().table().measures.tokens;
    ASSERT_EQ(after.size(), 4U);
    EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
    EXPECT_NE(after[3], kUnknownTokens);
    EXPECT_EQ(languages().back(), "de");
    const QString saved = fromPath(studio.folder / "p.vernier");
    studio.session.saveAs(saved);
    settle();
    studio.session.open(saved);
    settle();
    EXPECT_EQ(languages().back(), "de");
}

TEST_F(DataPageTest, LeavesProjectsAndModelsToTheWindow) {
    const std::filesystem::path project = studio.folder / "other.vernier";
    vernier::test::put(project, "x");
    drop(project);
    EXPECT_TRUE(page.isEmpty());
}

TEST_F(DataPageTest, NamesEveryControlForScreenReaders) {
    drop(file);
    for (const auto* edit : page.findChildren<QLineEdit*>())
        if (!qobject_cast<const QAbstractSpinBox*>(edit->parent())) { // those inside spin boxes speak for them
            EXPECT_FALSE(edit->accessibleName().isEmpty()) << qPrintable(edit->objectName());
        }
    for (const auto* box : page.findChildren<QAbstractSpinBox*>())
        EXPECT_FALSE(box->accessibleName().isEmpty());
    for (const auto* box : page.findChildren<QComboBox*>())
        EXPECT_FALSE(box->accessibleName().isEmpty());
    for (const auto* view : page.findChildren<QAbstractItemView*>())
        if (view->isVisible() && !qobject_cast<const QHeaderView*>(view)) {
            EXPECT_FALSE(view->accessibleName().isEmpty());
        }
}

} // namespace
} // namespace vernier::ui
