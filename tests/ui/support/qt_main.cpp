// The main() of every test of the studio: one QApplication, no display, none of the user's own settings.

#include "tests/ui/support/event_watchdog.h"

#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <gtest/gtest.h>

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    ::testing::InitGoogleTest(&argc, argv);
    QStandardPaths::setTestModeEnabled(true);
    const QTemporaryDir settings;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    QCoreApplication::setOrganizationName(QStringLiteral("Vernier"));
    QCoreApplication::setApplicationName(QStringLiteral("vernier-test"));
    const vernier::ui::test::WatchedApplication application(argc, argv);
    return RUN_ALL_TESTS();
}
