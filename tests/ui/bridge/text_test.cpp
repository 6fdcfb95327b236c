#include "ui/bridge/text.h"

#include <QLocale>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

using namespace std::chrono_literals;

TEST(Text, WritesDurationsAsPeopleReadThem) {
    QLocale::setDefault(QLocale::c());
    EXPECT_EQ(formatDuration(400ms), QStringLiteral("0.4 s"));
    EXPECT_EQ(formatDuration(9940ms), QStringLiteral("9.9 s"));
    EXPECT_EQ(formatDuration(9990ms), QStringLiteral("10 s"));
    EXPECT_EQ(formatDuration(59700ms), QStringLiteral("1 min 00 s"));
    EXPECT_EQ(formatDuration(185s), QStringLiteral("3 min 05 s"));
    EXPECT_EQ(formatDuration(3725s), QStringLiteral("1 h 02 min"));
}

TEST(Text, KeepsSignificantDigits) {
    QLocale::setDefault(QLocale::c());
    EXPECT_EQ(formatSignificant(0.012345), QStringLiteral("0.0123"));
    EXPECT_EQ(formatSignificant(12.345), QStringLiteral("12.3"));
    EXPECT_EQ(formatSignificant(12345.0), QStringLiteral("12345"));
    EXPECT_EQ(formatSignificant(1.234e-5), QStringLiteral("1.23e-05"));
    EXPECT_EQ(formatSignificant(0), QStringLiteral("0"));
}

TEST(Text, KeepsPathsWithAnyLetters) {
    const QString path = QStringLiteral("/tmp/Größe ☃/a b");
    EXPECT_EQ(fromPath(toPath(path)), path);
}

} // namespace
} // namespace vernier::ui
