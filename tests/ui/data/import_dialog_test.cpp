#include "ui/data/import_dialog.h"

#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/text.h"
#include "ui/data/data_page.h"
#include "ui/data/import_bar.h"
#include "ui/plots/empty_state.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTest>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

struct ImportDialogTest : testing::Test {
    std::filesystem::path write(const std::string& name, std::string_view content) {
        vernier::test::put(studio.folder / name, content);
        return studio.folder / name;
    }
    void show(ImportRequest source) {
        dialog = std::make_unique<ImportDialog>(studio.quickJobs, std::move(source),
                                                QStringList{QStringLiteral("mine")}, nullptr);
        dialog->show();
        ASSERT_TRUE(studio.settle());
    }
    void show(const std::filesystem::path& path) { show(ImportRequest{.files = {path}}); }
    template <class Widget>
    Widget* named(const char* name) {
        auto* widget = dialog->findChild<Widget*>(QString::fromLatin1(name));
        EXPECT_NE(widget, nullptr) << name;
        return widget;
    }
    void choose(const char* box, int index) {
        named<QComboBox>(box)->setCurrentIndex(index);
        ASSERT_TRUE(studio.settle());
    }
    void type(const char* box, const QString& text) {
        named<QComboBox>(box)->setCurrentText(text);
        ASSERT_TRUE(studio.settle());
    }
    QString facts() { return named<QLabel>("facts")->text(); }
    QString shownText() { return named<QPlainTextEdit>("text")->toPlainText(); }
    bool mayImport() { return named<QPushButton>("import")->isEnabled(); }
    std::vector<QString> beginnings() {
        std::vector<QString> list;
        for (const ImportPreviewRow& row : dialog->preview().rows)
            list.push_back(row.beginning);
        return list;
    }

    test::StudioFixture studio;
    std::unique_ptr<ImportDialog> dialog;
};

TEST_F(ImportDialogTest, RecognisesWhatRecordsHold) {
    struct Case {
        const char* name;
        const char* content;
        const char* kind;
        const char* text;
    };
    const Case cases[] = {
        {"text.jsonl", R"({"text":"Once."})", "text (text)", "Once."},
        {"chat.jsonl", R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"}]})",
         "chat messages (messages)", "[user]\nHi\n\n[assistant]\nHo"},
        {"share.jsonl", R"({"conversations":[{"from":"human","value":"Hi"},{"from":"gpt","value":"Ho"}]})",
         "ShareGPT (conversations)", "[user]\nHi\n\n[assistant]\nHo"},
        {"alpaca.json", R"([{"instruction":"Add","input":"1, 2","output":"3"}])", "Alpaca (instruction, input, output)",
         "[user]\nAdd\n\n1, 2\n\n[assistant]\n3"},
        {"prompt.csv", "prompt,completion\nOne,Two\n", "prompt and completion (prompt, completion)",
         "[user]\nOne\n\n[assistant]\nTwo"},
        {"qa.tsv", "question\tanswer\nWhy?\tSo.\n", "question and answer (question, answer)",
         "[user]\nWhy?\n\n[assistant]\nSo."},
    };
    for (const Case& each : cases) {
        show(write(each.name, each.content));
        EXPECT_TRUE(facts().contains(QLatin1String(each.kind))) << each.name << ": " << qPrintable(facts());
        EXPECT_EQ(shownText(), QLatin1String(each.text)) << each.name;
        EXPECT_TRUE(mayImport());
    }
}

TEST_F(ImportDialogTest, MapsFieldsThatNobodyKnows) {
    show(write("faq.csv", "topic,ask,say\nsky,Why blue?,Scattering.\nsea,Why salt?,Rivers.\n"));
    EXPECT_FALSE(mayImport());
    EXPECT_TRUE(dialog->preview().rows.empty());
    ASSERT_EQ(named<QTableWidget>("skipped")->rowCount(), 2);
    EXPECT_TRUE(named<QTableWidget>("skipped")->item(0, 1)->text().contains(QStringLiteral("has none of the fields")));

    choose("reading", 1);
    type("textField", QStringLiteral("say"));
    type("domainField", QStringLiteral("topic"));
    EXPECT_EQ(beginnings(), (std::vector<QString>{QStringLiteral("Scattering."), QStringLiteral("Rivers.")}));
    EXPECT_EQ(dialog->preview().rows[1].domain, QStringLiteral("sea"));
    EXPECT_EQ(named<QTableWidget>("skipped")->rowCount(), 0);

    choose("reading", 2);
    type("instructionField", {});
    EXPECT_FALSE(mayImport());
    EXPECT_TRUE(dialog->preview().problem.contains(QStringLiteral("instruction")));
    type("instructionField", QStringLiteral("ask"));
    type("outputField", QStringLiteral("say"));
    EXPECT_EQ(shownText(), QStringLiteral("[user]\nWhy blue?\n\n[assistant]\nScattering."));
    EXPECT_TRUE(mayImport());
    const ImportRequest request = dialog->request();
    ASSERT_TRUE(request.options.mapping);
    EXPECT_EQ(request.options.mapping->instruction, "ask");
    EXPECT_EQ(request.options.mapping->output, "say");
}

TEST_F(ImportDialogTest, ListsSkippedLinesWithTheReason) {
    show(write("mixed.jsonl", "{\"text\":\"good\"}\n{\"text\":\n{\"text\":7}\n{\"text\":\"also good\"}\n"));
    EXPECT_EQ(beginnings(), (std::vector<QString>{QStringLiteral("good"), QStringLiteral("also good")}));
    auto* skipped = named<QTableWidget>("skipped");
    ASSERT_EQ(skipped->rowCount(), 2);
    EXPECT_TRUE(skipped->isVisible());
    EXPECT_EQ(skipped->item(0, 0)->text(), QStringLiteral("2"));
    EXPECT_EQ(skipped->item(1, 0)->text(), QStringLiteral("3"));
    EXPECT_TRUE(skipped->item(1, 1)->text().contains(QStringLiteral("not a text")))
        << qPrintable(skipped->item(1, 1)->text());
    EXPECT_TRUE(mayImport());
}

TEST_F(ImportDialogTest, DividesTexts) {
    show(write("notes.md", "# One\nstill one\n\n\nTwo\n"));
    EXPECT_EQ(dialog->preview().rows.size(), 1U);
    EXPECT_FALSE(named<QComboBox>("reading")->isVisible());
    choose("unit", 1);
    EXPECT_EQ(beginnings(),
              (std::vector<QString>{QStringLiteral("# One"), QStringLiteral("still one"), QStringLiteral("Two")}));
    choose("unit", 2);
    EXPECT_EQ(beginnings(), (std::vector<QString>{QStringLiteral("# One still one"), QStringLiteral("Two")}));
    EXPECT_EQ(dialog->preview().rows[1].line, 5U);
    EXPECT_EQ(dialog->request().options.unit, TextUnit::Block);
}

TEST_F(ImportDialogTest, SaysWhatIsWrongWithAFileAndWhatHelps) {
    show(write("data.parquet", "PAR1 and so on"));
    EXPECT_FALSE(mayImport());
    EXPECT_TRUE(dialog->preview().problem.contains(QStringLiteral("Parquet")));
    EXPECT_TRUE(dialog->preview().problem.contains(QStringLiteral("JSONL")));
    show(write("empty.jsonl", ""));
    EXPECT_TRUE(dialog->preview().problem.contains(QStringLiteral("is empty")));
    show(studio.folder / "missing.txt");
    EXPECT_FALSE(dialog->preview().problem.isEmpty());
    EXPECT_FALSE(mayImport());
}

TEST_F(ImportDialogTest, ShowsEachFileOfAFolder) {
    write("many/a.jsonl", R"({"text":"from a"})");
    write("many/deep/b.txt", "from b");
    show(studio.folder / "many");
    auto* file = named<QComboBox>("file");
    ASSERT_EQ(file->count(), 2);
    EXPECT_EQ(beginnings(), (std::vector<QString>{QStringLiteral("from a")}));
    file->setCurrentIndex(1);
    emit file->activated(1);
    ASSERT_TRUE(studio.settle());
    EXPECT_EQ(beginnings(), (std::vector<QString>{QStringLiteral("from b")}));
    EXPECT_EQ(dialog->request().files, (std::vector<std::filesystem::path>{studio.folder / "many"}));
}

TEST_F(ImportDialogTest, TagsFollowTheSetUntilTheyAreEdited) {
    show(write("a.txt", "a"));
    auto* tags = named<QLineEdit>("tags");
    EXPECT_EQ(dialog->request().setName, "default");
    EXPECT_EQ(dialog->request().options.tag, "");
    type("set", QStringLiteral("mine"));
    EXPECT_EQ(tags->text(), QStringLiteral("mine"));
    tags->clear();
    QTest::keyClicks(tags, QStringLiteral("web, german"));
    type("set", QStringLiteral("other"));
    const ImportRequest request = dialog->request();
    EXPECT_EQ(request.setName, "other");
    EXPECT_EQ(request.options.tag, "web");
    EXPECT_EQ(request.options.moreTags, (std::vector<std::string>{"german"}));
}

TEST_F(ImportDialogTest, ImportsWhatWasPastedAsItWasMapped) {
    DataPage page(studio.services);
    page.show();
    QApplication::clipboard()->setText(QStringLiteral("One.\n\nTwo."));
    for (QAction* action : page.findChild<ImportBar*>()->findChild<QMenu*>()->actions())
        if (action->text() == QStringLiteral("Paste text"))
            action->trigger();
    ASSERT_TRUE(studio.settle());
    auto* asked = page.findChild<ImportDialog*>();
    ASSERT_NE(asked, nullptr);
    asked->findChild<QComboBox*>(QStringLiteral("unit"))->setCurrentIndex(2);
    asked->findChild<QComboBox*>(QStringLiteral("set"))->setCurrentText(QStringLiteral("held"));
    ASSERT_TRUE(studio.settle());
    QTest::mouseClick(asked->findChild<QPushButton*>(QStringLiteral("import")), Qt::LeftButton);
    ASSERT_TRUE(studio.settle());
    const auto project = studio.session.project();
    ASSERT_TRUE(project);
    ASSERT_EQ(project->corpus.size(), 2U);
    EXPECT_EQ(project->corpus[1].text, "Two.");
    EXPECT_EQ(project->corpus[1].source, "pasted text");
    ASSERT_NE(project->findSet("held"), nullptr);
    EXPECT_EQ(project->findSet("held")->documents.size(), 2U);
}

TEST_F(ImportDialogTest, OpensForFilesThatTheWindowOffers) {
    DataPage page(studio.services);
    emit studio.navigator.filesOffered({fromPath(write("a.txt", "a"))});
    ASSERT_TRUE(studio.settle());
    auto* asked = page.findChild<ImportDialog*>();
    ASSERT_NE(asked, nullptr);
    EXPECT_EQ(asked->preview().rows.size(), 1U);
    asked->reject();
    ASSERT_TRUE(studio.settle());
    EXPECT_FALSE(studio.session.isOpen());
}

} // namespace
} // namespace vernier::ui
