#include "ui/shell/main_window.h"

#include "core/base/error.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/compare/compare_page.h"
#include "ui/runs/runs_page.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/message_bar.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QDockWidget>
#include <QLineEdit>
#include <QMenuBar>
#include <QPalette>
#include <QTest>

#include <gtest/gtest.h>

#include <cmath>

namespace vernier::ui {
namespace {

using test::waitFor;

struct MainWindowTest : ::testing::Test {
    test::StudioFixture studio;
    Theme theme;
    MainWindow window{studio.services, theme};

    void SetUp() override {
        window.addPage(
            {page::kRuns, QStringLiteral("Runs"), {}, QStringLiteral("runs"), new RunsPage(studio.services)});
        window.addPage({page::kCompare,
                        QStringLiteral("Compare"),
                        {},
                        QStringLiteral("compare"),
                        new ComparePage(studio.services)});
        window.finishMenus();
        window.show();
        QTest::qWait(1);
    }
    QAction* action(const char* id) { return window.actions().action(QLatin1String(id)); }
};

TEST_F(MainWindowTest, BeginsWithTheStartPage) {
    EXPECT_EQ(window.currentPage(), QString());
    EXPECT_FALSE(action("page.runs")->isEnabled());
    EXPECT_FALSE(action("project.save")->isEnabled());
    EXPECT_TRUE(action("project.demo")->isEnabled());
}

TEST_F(MainWindowTest, ShowsWorkspacesByKeyboardOnceAProjectIsOpen) {
    studio.session.create();
    EXPECT_EQ(window.currentPage(), page::kRuns);
    EXPECT_EQ(action("page.compare")->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_2));
    action("page.compare")->trigger();
    EXPECT_EQ(window.currentPage(), page::kCompare);
    EXPECT_TRUE(action("page.compare")->isChecked());
    emit studio.navigator.pageRequested(page::kRuns);
    EXPECT_EQ(window.currentPage(), page::kRuns);
    studio.session.close();
    EXPECT_EQ(window.currentPage(), QString());
}

TEST_F(MainWindowTest, OpensTheJobsPanelWithTheFirstJobAndTellsItsFailure) {
    studio.session.create();
    EXPECT_TRUE(window.jobsDock().isHidden());
    JobRequest request;
    request.title = QStringLiteral("Import x.txt");
    request.work = [](JobContext&) { throw Error(ErrorKind::Input, "x.txt", "is empty", "choose another file"); };
    studio.jobs.submit(std::move(request));
    EXPECT_FALSE(window.jobsDock().isHidden());
    ASSERT_TRUE(studio.settle());
    EXPECT_TRUE(window.messageBar().isVisible());
    EXPECT_TRUE(window.messageBar().isError());
    EXPECT_EQ(window.messageBar().text(), QStringLiteral("Import x.txt failed: x.txt: is empty; choose another file"));
}

TEST_F(MainWindowTest, PutsEveryActionIntoAMenu) {
    QList<QAction*> listed;
    for (const QAction* menu : window.menuBar()->actions())
        listed += menu->menu()->actions();
    for (QAction* action : window.actions().all())
        EXPECT_TRUE(listed.contains(action)) << qPrintable(action->objectName());
}

TEST_F(MainWindowTest, NamesEverythingThatCanBeOperated) {
    studio.session.create();
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        const bool isInner = widget->objectName().startsWith(QLatin1String("qt_"));
        if (isInner || widget->focusPolicy() == Qt::NoFocus)
            continue;
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const bool needsName = button || qobject_cast<const QComboBox*>(widget) ||
                               qobject_cast<const QAbstractSpinBox*>(widget) ||
                               qobject_cast<const QAbstractItemView*>(widget);
        if (!needsName || widget->inherits("QComboBoxListView") || widget->inherits("QTableCornerButton"))
            continue;
        const QString name = widget->accessibleName().isEmpty() && button ? button->text() : widget->accessibleName();
        EXPECT_FALSE(name.isEmpty()) << widget->metaObject()->className() << " in "
                                     << widget->parentWidget()->metaObject()->className();
    }
}

double luminance(const QColor& colour) {
    const auto part = [](double value) {
        return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * part(colour.redF()) + 0.7152 * part(colour.greenF()) + 0.0722 * part(colour.blueF());
}

TEST(ThemeTest, BothPalettesAreLegible) {
    for (const QPalette& palette : {Theme::lightPalette(), Theme::darkPalette()}) {
        const auto contrast = [&palette](QPalette::ColorRole front, QPalette::ColorRole back) {
            const double a = luminance(palette.color(front)) + 0.05;
            const double b = luminance(palette.color(back)) + 0.05;
            return std::max(a, b) / std::min(a, b);
        };
        EXPECT_GT(contrast(QPalette::Text, QPalette::Base), 7);
        EXPECT_GT(contrast(QPalette::WindowText, QPalette::Window), 7);
        EXPECT_GT(contrast(QPalette::ButtonText, QPalette::Button), 7);
        EXPECT_GT(contrast(QPalette::HighlightedText, QPalette::Highlight), 4.5);
        EXPECT_GT(contrast(QPalette::PlaceholderText, QPalette::Window), 4.5);
        EXPECT_GT(contrast(QPalette::Link, QPalette::Window), 4.5);
    }
}

} // namespace
} // namespace vernier::ui
