#include "ui/diagnose/diagnose_page.h"

#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/text.h"
#include "ui/diagnose/blocks_view.h"
#include "ui/diagnose/continuations_view.h"
#include "ui/diagnose/diagnosis.h"
#include "ui/diagnose/domains_view.h"
#include "ui/diagnose/linears_view.h"
#include "ui/diagnose/remedies_view.h"
#include "ui/diagnose/tokens_view.h"
#include "ui/plots/lines_plot.h"
#include "ui/plots/number_table.h"
#include "ui/runs/linear_label.h"
#include "ui/tokens/loss_text.h"

#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QTextEdit>

#include <cmath>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

struct DiagnosePageTest : testing::Test {
    DiagnosePageTest() : page(studio.services) {
        page.resize(1200, 800);
        page.show();
    }
    /// A run of 3 bits on the demo's text.
    void makeRun() {
        studio.importDemo();
        RunOrder order = studio.smallOrder();
        order.settings.method = Method::Rtn;
        order.settings.scheme = {3, 64, false};
        order.name = "three";
        EvaluationData data;
        data.maxWindows = 8;
        order.evaluation = data;
        studio.session.makeRun(order);
        ASSERT_TRUE(studio.settle());
    }
    void measure() {
        page.findChild<QSpinBox*>()->setValue(4);
        for (auto* button : page.findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Measure"))
                QTest::mouseClick(button, Qt::LeftButton);
        ASSERT_TRUE(studio.settle());
    }
    template <class Widget>
    Widget& find() {
        return *page.findChild<Widget*>();
    }

    test::StudioFixture studio;
    DiagnosePage page;
};

TEST_F(DiagnosePageTest, SaysWhatToDoWithoutARun) {
    EXPECT_TRUE(page.isEmpty());
    QSignalSpy wanted(&studio.navigator, &Navigator::pageRequested);
    for (auto* button : page.findChildren<QPushButton*>())
        if (button->isVisible())
            button->click();
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_EQ(wanted[0][0].toString(), page::kRuns);
}

TEST_F(DiagnosePageTest, ShowsTheNumbersOfTheCore) {
    makeRun();
    EXPECT_FALSE(page.isEmpty());
    measure();
    const vernier::Run& run = *studio.session.project()->findRun("three");
    EvaluationData data;
    data.maxWindows = 4;
    JobContext job;
    const auto growth = runErrorGrowth(*studio.bench, *studio.session.project(), run, data, job);
    const auto linears = runSensitivities(*studio.bench, *studio.session.project(), run, data, job);
    const auto tokens = compareTokens(*studio.bench, *studio.session.project(), run, data, job);

    const QStringList csv = find<BlocksView>().waterfall().csv().split(QLatin1Char('\n'));
    ASSERT_GE(csv.size(), 7);
    EXPECT_NEAR(csv[6].split(QLatin1Char(','))[4].toDouble(), 100 * growth[5].relative(), 1e-6);
    EXPECT_FALSE(find<BlocksView>().growth().csv().isEmpty());

    NumberTable& table = find<LinearsView>().table();
    ASSERT_EQ(table.rowCount(), 42);
    const auto worst = std::ranges::max_element(linears, {}, &LinearSensitivity::kl);
    EXPECT_EQ(table.item(0, 0)->text(), linearLabel(worst->name));
    EXPECT_EQ(table.item(0, 1)->text(), formatSignificant(worst->kl));

    NumberTable& list = find<TokensView>().table();
    const auto first = worstTokens(tokens, 1).front();
    EXPECT_EQ(list.keyOf(0), static_cast<int>(first));
    EXPECT_EQ(list.item(0, 1)->text(), QStringLiteral("+") + formatFixed(tokens.difference(first), 3));
    // Its text is shown, and its tooltip says the same and what both models guessed.
    LossText& text = find<TokensView>().text();
    const int position = static_cast<int>(first % 256) + 1;
    EXPECT_GT(text.toPlainText().size(), 100);
    EXPECT_TRUE(text.tokenText(position).contains(formatFixed(tokens.difference(first), 3)));
    EXPECT_TRUE(text.tokenText(position).contains(QStringLiteral("full precision: “")));

    const NumberTable& domains = find<DomainsView>().table();
    ASSERT_EQ(domains.rowCount(), static_cast<int>(run.evaluation->groups.size()));
    const auto shares = domainShares(*studio.session.project(), "calibration");
    for (int row = 0; row < domains.rowCount(); ++row) {
        const auto share = std::ranges::find(shares, domains.item(row, 0)->text().toStdString(),
                                             &std::pair<std::string, double>::first);
        EXPECT_EQ(domains.item(row, 7)->text(), formatPercent(share == shares.end() ? 0 : share->second, 1));
    }
    EXPECT_FALSE(find<DomainsView>().hint().text().isEmpty());
    EXPECT_GT(run.evaluation->groups.size(), 1u);
}

TEST_F(DiagnosePageTest, OrdersARunWithMoreBitsForWhatWasSelected) {
    makeRun();
    measure();
    LinearsView& view = find<LinearsView>();
    EXPECT_FALSE(view.moreBits().isEnabled());
    view.table().selectRow(0);
    const auto key = static_cast<std::size_t>(view.table().keyOf(0));
    const std::string linear = page.diagnosis().current().sensitivities.at(key).name;
    ASSERT_TRUE(view.moreBits().isEnabled());
    view.moreBits().click();
    ASSERT_TRUE(studio.settle());
    const vernier::Run* better = studio.session.project()->findRun("three-more-bits");
    ASSERT_NE(better, nullptr);
    EXPECT_EQ(settingsFor(better->settings, linear).scheme.bits, 8);
    ASSERT_TRUE(better->evaluation);
}

TEST_F(DiagnosePageTest, FillsTheFormOfARunWithARemedy) {
    makeRun();
    measure();
    RemediesView& view = find<RemediesView>();
    const auto& remedies = page.diagnosis().current().remedies;
    ASSERT_GT(view.table().rowCount(), 0);
    ASSERT_EQ(view.table().rowCount(), static_cast<int>(remedies.size()));
    EXPECT_FALSE(view.order().isEnabled());
    view.table().selectRow(0);
    const Remedy& remedy = remedies.at(static_cast<std::size_t>(view.table().keyOf(0)));
    EXPECT_EQ(view.table().item(0, 1)->text(), QString::fromStdString(remedy.text));
    EXPECT_EQ(view.table().item(0, 4)->text(), formatSignificant(remedy.expectedKl()));
    QuantizeSettings wanted;
    QString set;
    QObject::connect(&studio.navigator, &Navigator::runRequested, &page,
                     [&](const QuantizeSettings& settings, const QString& setName, const QString&) {
                         wanted = settings;
                         set = setName;
                     });
    QTest::mouseClick(&view.order(), Qt::LeftButton);
    EXPECT_EQ(wanted.scheme, remedy.settings.scheme);
    EXPECT_EQ(wanted.overrides, remedy.settings.overrides);
    EXPECT_EQ(wanted.ranges, remedy.settings.ranges);
    EXPECT_EQ(set, QStringLiteral("calibration"));
}

TEST_F(DiagnosePageTest, ShowsContinuationsSideBySide) {
    makeRun();
    ContinuationsView& view = find<ContinuationsView>();
    ASSERT_EQ(view.runs().count(), 1);
    EXPECT_EQ(view.runs().item(0)->checkState(), Qt::Checked);
    view.prompt().setText(QStringLiteral("Question: "));
    view.tokens().setValue(12);
    QSignalSpy written(&view, &ContinuationsView::written);
    QTest::keyClick(&view.prompt(), Qt::Key_Return);
    ASSERT_TRUE(studio.settle());
    EXPECT_EQ(written.count(), 1);
    const auto texts = view.findChildren<QTextEdit*>();
    ASSERT_EQ(texts.size(), 2);
    EXPECT_FALSE(texts[0]->toPlainText().isEmpty());
}

TEST_F(DiagnosePageTest, ACancelledMeasureLeavesWhatWasFound) {
    makeRun();
    page.diagnosis().measure(64, true);
    ASSERT_TRUE(test::waitFor([&] { return !page.diagnosis().current().growth.empty(); }));
    studio.jobs.cancelAll();
    ASSERT_TRUE(studio.settle());
    EXPECT_TRUE(page.diagnosis().current().sensitivities.empty());
    EXPECT_EQ(page.diagnosis().current().growth.size(), 6u);
}

} // namespace
} // namespace vernier::ui
