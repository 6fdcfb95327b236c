#include "ui/report/report_dialog.h"

#include "core/store/project_file.h"
#include "tests/support/caught_error.h"
#include "tests/ui/support/event_watchdog.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/report/report_file.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/main_window.h"

#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

struct ReportDialogTest : testing::Test {
    test::StudioFixture studio;

    void SetUp() override {
        const auto file = studio.folder / "p.vernier";
        Project project = test::StudioFixture::projectWithRuns();
        project.baselineRun = project.runs[1].name;
        saveProject(project, file);
        studio.session.open(QString::fromStdString(file.string()));
        ASSERT_TRUE(studio.settle());
    }
    QString in(const char* name) { return QString::fromStdString((studio.folder / name).string()); }
    static QString contentOf(const QString& path) {
        QFile file(path);
        EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << path.toStdString();
        return QString::fromUtf8(file.readAll());
    }
};

TEST_F(ReportDialogTest, WritesTheChosenRunsAsHtmlAndAllAsPdf) {
    const auto project = studio.session.project();
    ASSERT_GE(project->runs.size(), 3u);
    ReportDialog dialog(studio.services);
    dialog.show();
    EXPECT_EQ(dialog.baseline().currentText().toStdString(), project->baselineRun); // the pinned one
    EXPECT_TRUE(dialog.file().text().endsWith(QStringLiteral("p-report.pdf")));
    dialog.format().setCurrentIndex(1);
    EXPECT_TRUE(dialog.file().text().endsWith(QStringLiteral("p-report.html")));
    // Without the first run, by the keyboard as a user would.
    dialog.runs().setFocus();
    dialog.runs().setCurrentRow(0);
    QTest::keyClick(&dialog.runs(), Qt::Key_Space);
    EXPECT_EQ(dialog.runs().item(0)->checkState(), Qt::Unchecked);
    QSignalSpy messages(&studio.session, &ProjectSession::message);
    QTest::mouseClick(&dialog.writeButton(), Qt::LeftButton);
    EXPECT_EQ(dialog.result(), QDialog::Accepted);
    ASSERT_TRUE(studio.settle());
    ASSERT_EQ(messages.count(), 1);
    const QString html = contentOf(in("p-report.html"));
    EXPECT_FALSE(html.contains(QStringLiteral("<td>%1</td>").arg(QString::fromStdString(project->runs[0].name))));
    EXPECT_TRUE(html.contains(QString::fromStdString("Differences from the baseline " + project->baselineRun)));

    ReportDialog again(studio.services);
    again.file().setText(in("all.pdf"));
    test::EventWatchdog watchdog;
    watchdog.step(QStringLiteral("accept"), [&] { again.accept(); });
    ASSERT_TRUE(studio.settle());
    EXPECT_TRUE(contentOf(in("all.pdf")).startsWith(QStringLiteral("%PDF-")));
    EXPECT_LT(watchdog.longest().cpu, std::chrono::milliseconds(50)) << watchdog.longest().what.toStdString();
}

TEST_F(ReportDialogTest, SaysWhatIsMissing) {
    ReportDialog dialog(studio.services);
    dialog.show();
    EXPECT_TRUE(dialog.problem().isEmpty());
    for (int row = 0; row < dialog.runs().count(); ++row)
        dialog.runs().item(row)->setCheckState(Qt::Unchecked);
    EXPECT_TRUE(dialog.problem().contains(QStringLiteral("at least one run")));
    EXPECT_FALSE(dialog.writeButton().isEnabled());
    dialog.runs().item(0)->setCheckState(Qt::Checked);
    dialog.file().setText(in("report.docx"));
    EXPECT_TRUE(dialog.problem().contains(QStringLiteral(".pdf or .html")));
    dialog.file().setText(in("nowhere/report.pdf"));
    EXPECT_TRUE(dialog.problem().contains(QStringLiteral("nowhere")));
    dialog.accept(); // by keyboard: nothing happens
    EXPECT_TRUE(dialog.isVisible());
    dialog.file().setText(in("report.pdf"));
    EXPECT_TRUE(dialog.writeButton().isEnabled());
}

TEST_F(ReportDialogTest, IsOfferedByTheFileMenuWhenThereAreRuns) {
    Theme theme;
    MainWindow window(studio.services, theme);
    window.finishMenus();
    QAction* action = window.actions().action(QStringLiteral("project.report"));
    ASSERT_NE(action, nullptr);
    EXPECT_TRUE(action->isEnabled());
    studio.session.create();
    ASSERT_TRUE(studio.settle());
    EXPECT_FALSE(action->isEnabled());
}

TEST_F(ReportDialogTest, AFileOfAnotherKindIsRefused) {
    JobContext job;
    const auto error = vernier::test::caughtError(
        [&] { writeReport(*studio.bench, *studio.session.project(), {}, studio.folder / "report.txt", job); });
    EXPECT_EQ(error.value().kind(), ErrorKind::Input);
    EXPECT_NE(std::string(error.value().what()).find("name a .pdf or .html file"), std::string::npos);
}

} // namespace
} // namespace vernier::ui
