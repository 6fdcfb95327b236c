// What the views beside the table do with a real model and real documents.

#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/set_history.h"
#include "ui/bridge/text.h"
#include "ui/data/check_panel.h"
#include "ui/data/curation.h"
#include "ui/data/data_page.h"
#include "ui/data/document_panel.h"
#include "ui/data/document_table_model.h"
#include "ui/data/map_panel.h"
#include "ui/data/mix_panel.h"
#include "ui/data/recipe_form.h"
#include "ui/data/repeats_panel.h"
#include "ui/data/report_panel.h"
#include "ui/data/select_panel.h"
#include "ui/data/token_text_view.h"
#include "ui/data/windows_panel.h"
#include "ui/plots/bars_plot.h"
#include "ui/plots/histogram_plot.h"
#include "ui/plots/lines_plot.h"
#include "ui/plots/map_plot.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QTreeWidget>

#include <atomic>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

struct DataViewsTest : testing::Test {
    DataViewsTest() {
        page.resize(1300, 800);
        page.show();
        std::string lines;
        for (int i = 0; i < 12; ++i)
            lines += R"({"domain":"story","text":"Once upon a time there was a vernier number )" + std::to_string(i) +
                     R"( on a workbench by the window, and it measured everything twice."})" + "\n";
        for (int i = 0; i < 6; ++i)
            lines += R"({"domain":"code","text":"for (int i = 0; i < )" + std::to_string(i * 7) +
                     R"(; ++i) { total += values[i]; }"})" + "\n";
        vernier::test::put(studio.folder / "some.jsonl", lines);
        studio.session.importFiles({fromPath(studio.folder / "some.jsonl")}, QStringLiteral("mine"));
        settle();
        studio.model.open(test::StudioFixture::demoModel());
        settle();
        page.curation().chooseSet(QStringLiteral("mine"));
        settle();
    }

    void settle() {
        ASSERT_TRUE(studio.settle());
        test::waitFor([] { return false; }, 350); // the delayed refresh behind measures
        ASSERT_TRUE(studio.settle());
    }
    template <class View>
    View& open() {
        auto* view = page.findChild<View*>();
        page.views().setCurrentWidget(view);
        settle();
        return *view;
    }

    test::StudioFixture studio;
    DataPage page{studio.services};
};

TEST_F(DataViewsTest, MapsDocumentsAndPicksWhatIsDrawnAround) {
    auto& panel = open<MapPanel>();
    panel.measure();
    settle();
    const QStringList rows = panel.plot().csv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    ASSERT_EQ(rows.size(), 19);
    EXPECT_TRUE(rows[1].contains(QStringLiteral(",story,")));
    // Perplexities of the map are a column of the table now.
    page.documents().setFilter(QStringLiteral("ppl>0"));
    settle();
    EXPECT_EQ(page.documents().model().rowCount(), 18);
    page.documents().setFilter({});
    settle();

    emit panel.plot().pickedChanged({12, 13, 14});
    settle();
    EXPECT_EQ(page.curation().picked(), (std::vector<std::uint32_t>{12, 13, 14}));
    EXPECT_EQ(page.documents().model().rows(), (std::vector<std::uint32_t>{12, 13, 14}));
    page.curation().editSet(
        [this](const CalibrationSet& set) { return excludeDocuments(set, page.curation().picked()); });
    settle();
    EXPECT_EQ(page.curation().set()->documents.size(), 15U);
    emit panel.plot().pickedChanged({});
    settle();
    EXPECT_EQ(page.documents().model().rowCount(), 18);
}

TEST_F(DataViewsTest, ChoosesDiverseDocumentsAndTellsWhatThatIsWorth) {
    auto& panel = open<SelectPanel>();
    panel.findChild<QSpinBox*>(QStringLiteral("count"))->setValue(4);
    panel.select();
    settle();
    const CalibrationSet* set = studio.session.project()->findSet("diverse");
    ASSERT_NE(set, nullptr);
    EXPECT_EQ(set->documents.size(), 4U);
    EXPECT_EQ(page.curation().setName(), QStringLiteral("diverse"));
    const DocumentList first = set->documents;
    auto* coverage = panel.findChild<LinesPlot*>();
    ASSERT_NE(coverage, nullptr);
    const QStringList csv = coverage->csv().trimmed().split(QLatin1Char('\n'));
    EXPECT_EQ(csv.size(), 6) << "a heading, and 0 to 4 documents";
    EXPECT_EQ(csv[0], QStringLiteral("x,name,chosen,in their order,\"random, mean of 8\""));
    EXPECT_EQ(csv[1], QStringLiteral("0,0,0,0,0"));
    EXPECT_GT(csv[5].section(QLatin1Char(','), 2, 2).toDouble(), csv[4].section(QLatin1Char(','), 2, 2).toDouble());
    // Another choice is made from the set that the first was made from. The same seed chooses the same documents; one
    // undo takes the choice back.
    panel.findChild<QLineEdit*>(QStringLiteral("name"))->setText(QStringLiteral("again"));
    panel.select();
    settle();
    EXPECT_EQ(studio.session.project()->findSet("again")->documents, first);
    studio.session.sets().undo();
    settle();
    EXPECT_EQ(studio.session.project()->findSet("again"), nullptr);
}

TEST_F(DataViewsTest, FindsRepeatsAndLeavesThemOut) {
    vernier::test::put(studio.folder / "more.jsonl",
                       R"({"text":"The cat sat on the mat and looked at the moon for a very long time indeed."}
{"text":"The cat sat on the mat, and looked at the moon for a very long time indeed!"}
)");
    studio.session.importFiles({fromPath(studio.folder / "more.jsonl")}, QStringLiteral("cats"));
    settle();
    page.curation().chooseSet(QStringLiteral("cats"));
    auto& panel = open<RepeatsPanel>();
    panel.findRepeats();
    settle();
    page.documents().setFilter(QStringLiteral("dup in:cats"));
    settle();
    EXPECT_EQ(page.documents().model().rows(), (std::vector<std::uint32_t>{19}));
    for (auto* button : panel.findChildren<QPushButton*>())
        if (button->text().startsWith(QStringLiteral("Leave out all")))
            button->click();
    settle();
    EXPECT_EQ(page.curation().set()->documents, (DocumentList{18}));
}

TEST_F(DataViewsTest, FindsTextSharedWithAHeldOutSet) {
    vernier::test::put(
        studio.folder / "held.jsonl",
        R"({"text":"Once upon a time there was a vernier number 3 on a workbench by the window, and it slept."}
{"text":"nothing of this kind stands anywhere else"}
)");
    studio.session.importFiles({fromPath(studio.folder / "held.jsonl")}, QStringLiteral("evaluation"));
    settle();
    page.curation().chooseSet(QStringLiteral("mine"));
    auto& panel = open<RepeatsPanel>();
    panel.findShared();
    settle();
    EXPECT_TRUE(panel.sharedText().contains(QStringLiteral("1 of 2"))) << qPrintable(panel.sharedText());
}

TEST_F(DataViewsTest, ShowsWindowsTokenByTokenAndChangesTheirRecipe) {
    auto& panel = open<WindowsPanel>();
    const QString joined = panel.text().toPlainText();
    EXPECT_TRUE(joined.contains(QStringLiteral("number 0"))) << qPrintable(joined);
    EXPECT_TRUE(joined.contains(QStringLiteral("number 1"))) << "documents are joined";
    EXPECT_TRUE(panel.factsText().contains(QStringLiteral("256 tokens"))) << qPrintable(panel.factsText());

    auto* mode = panel.findChild<QComboBox*>(QStringLiteral("packingMode"));
    mode->setCurrentIndex(static_cast<int>(PackingMode::OnePerWindow));
    settle();
    EXPECT_EQ(page.curation().set()->recipe.mode, PackingMode::OnePerWindow);
    const QString alone = panel.text().toPlainText();
    EXPECT_TRUE(alone.contains(QStringLiteral("number 0")));
    EXPECT_FALSE(alone.contains(QStringLiteral("number 1")));
    EXPECT_TRUE(panel.factsText().contains(QStringLiteral("padding"))) << qPrintable(panel.factsText());
    studio.session.sets().undo();
    settle();
    EXPECT_EQ(page.curation().set()->recipe.mode, PackingMode::Concatenate);
    EXPECT_EQ(panel.form().recipe().mode, PackingMode::Concatenate);
    EXPECT_EQ(panel.text().toPlainText(), joined);
}

TEST_F(DataViewsTest, ShowsTokensThatEndInsideACharacter) {
    std::vector<PreviewToken> tokens(3);
    tokens[0].bytes = "a\xC3";
    tokens[1].bytes = "\xA9";
    tokens[2].bytes = "z";
    const TokenPreview preview = previewOf(tokens);
    EXPECT_EQ(preview.text, QStringLiteral("aéz"));
    EXPECT_EQ(preview.tokens[0].end, 1);
    EXPECT_EQ(preview.tokens[1].end, 2);
    EXPECT_EQ(preview.tokens[2].end, 3);
}

TEST_F(DataViewsTest, ChecksASetAndRepairsIt) {
    vernier::test::put(studio.folder / "twice.jsonl",
                       R"({"text":"The old harbour lay quiet in the morning, and nobody was up."}
{"text":"The old harbour lay quiet in the morning, and nobody was up."}
)");
    studio.session.importFiles({fromPath(studio.folder / "twice.jsonl")}, QStringLiteral("twice"));
    settle();
    page.curation().chooseSet(QStringLiteral("twice"));
    auto& panel = open<CheckPanel>();
    panel.check();
    settle();
    const auto sentences = [&] {
        QStringList all;
        for (int row = 0; row < panel.findings().topLevelItemCount(); ++row)
            all += panel.findings().topLevelItem(row)->text(2);
        return all.join(QLatin1Char('\n'));
    };
    EXPECT_TRUE(sentences().contains(QStringLiteral("repeat"))) << qPrintable(sentences());
    panel.repair(LintKind::ExactDuplicates);
    settle();
    EXPECT_EQ(page.curation().set()->documents.size(), 1U);
    EXPECT_FALSE(sentences().contains(QStringLiteral("repeat an earlier one exactly"))) << qPrintable(sentences());
    studio.session.sets().undo();
    settle();
    EXPECT_EQ(page.curation().set()->documents.size(), 2U);
}

TEST_F(DataViewsTest, ChecksASmallSetBesideAHeavyJob) {
    auto& panel = open<CheckPanel>();
    std::atomic<bool> mayEnd = false;
    JobRequest heavy;
    heavy.title = QStringLiteral("Heavy");
    heavy.work = [&mayEnd](JobContext& job) {
        while (!mayEnd)
            job.throwIfCancelled();
    };
    const JobId id = studio.jobs.submit(std::move(heavy));
    bool isChecked = false;
    QObject::connect(&panel, &CheckPanel::checked, &panel, [&isChecked] { isChecked = true; });
    panel.check();
    EXPECT_TRUE(test::waitFor([&isChecked] { return isChecked; }, 30000));
    EXPECT_FALSE(isFinal(studio.jobs.job(id)->state));
    EXPECT_TRUE(panel.summary().contains(QStringLiteral("mine"))) << qPrintable(panel.summary());
    mayEnd = true;
    settle();
}

TEST_F(DataViewsTest, ReportsHowFarStatisticsStillMove) {
    page.curation().editSet([](const CalibrationSet& set) {
        PackingRecipe recipe = set.recipe;
        recipe.sequenceLength = 64;
        return changeRecipe(set, recipe);
    });
    auto& panel = open<ReportPanel>();
    panel.windows().setValue(4);
    panel.report();
    settle();
    EXPECT_TRUE(panel.verdictText().contains(QStringLiteral("4 windows"))) << qPrintable(panel.verdictText());
    const QStringList rows = panel.curve().csv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    ASSERT_EQ(rows.size(), 3); // 1 to 2 and 2 to 4 windows
    EXPECT_EQ(rows[1].section(QLatin1Char(','), 1, 1), QStringLiteral("2"));
    EXPECT_GT(rows[2].section(QLatin1Char(','), 2, 2).toDouble(), 0);
}

TEST_F(DataViewsTest, ShowsLengthsAndShares) {
    auto& panel = open<MixPanel>();
    const QStringList shares = panel.shares().csv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    ASSERT_EQ(shares.size(), 3);
    EXPECT_TRUE(shares[1].startsWith(QStringLiteral("story,")));
    const QStringList lengths = panel.lengths().csv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    std::uint64_t documents = 0;
    for (qsizetype i = 1; i < lengths.size(); ++i)
        documents += lengths[i].section(QLatin1Char(','), 2).toULongLong();
    EXPECT_EQ(documents, 18U);
    emit panel.shares().categoryClicked(1);
    settle();
    EXPECT_EQ(page.documents().model().rowCount(), 6);
}

} // namespace
} // namespace vernier::ui
