#include "ui/data/data_page.h"

#include "core/dataset/token_windows.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/text.h"
#include "ui/data/document_panel.h"
#include "ui/data/document_reader.h"
#include "ui/data/document_table_model.h"
#include "ui/data/import_bar.h"
#include "ui/data/token_text_view.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QHeaderView>
#include <QLineEdit>
#include <QMimeData>
#include <QTableView>
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
    EXPECT_EQ(page.documents().currentDocument(), 0);
    EXPECT_TRUE(page.documents().summaryText().startsWith(QStringLiteral("1 of 3 documents")));
    filter->setText(QStringLiteral("nowhere"));
    settle();
    EXPECT_EQ(page.documents().model().rowCount(), 0);
    EXPECT_EQ(page.documents().currentDocument(), -1);
    filter->clear();
    settle();
    EXPECT_EQ(page.documents().model().rowCount(), 3);
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
        EXPECT_FALSE(edit->accessibleName().isEmpty());
    for (const auto* box : page.findChildren<QComboBox*>())
        EXPECT_FALSE(box->accessibleName().isEmpty());
    for (const auto* view : page.findChildren<QAbstractItemView*>())
        if (view->isVisible() && !qobject_cast<const QHeaderView*>(view)) {
            EXPECT_FALSE(view->accessibleName().isEmpty());
        }
}

} // namespace
} // namespace vernier::ui
