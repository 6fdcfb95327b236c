#include "ui/bridge/text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include <cmath>

namespace vernier::ui {

std::filesystem::path toPath(const QString& path) {
    return std::filesystem::path(path.toStdU16String());
}

QString fromPath(const std::filesystem::path& path) {
    return QString::fromStdU16String(path.u16string());
}

QString fromUtf8(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString methodTitle(std::string_view name) {
    QStringList parts;
    for (const QString& part : fromUtf8(name).split(QLatin1Char('+')))
        parts.append(part == QLatin1String("smoothquant") ? QStringLiteral("SmoothQuant") : part.toUpper());
    return parts.join(QStringLiteral(" + "));
}

QString formatCount(std::uint64_t count) {
    return QLocale().toString(static_cast<qulonglong>(count));
}

QString formatCount(std::uint64_t count, const QString& one, const QString& many) {
    return count == 1 ? one : many.arg(formatCount(count));
}

QString formatBytes(std::uint64_t bytes) {
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), 2, QLocale::DataSizeSIFormat);
}

QString formatDuration(std::chrono::milliseconds duration) {
    const auto milliseconds = duration.count();
    const auto seconds = (milliseconds + 500) / 1000;
    const auto two = [](std::int64_t value) { return QStringLiteral("%1").arg(value, 2, 10, QLatin1Char('0')); };
    if (milliseconds < 9950)
        return QCoreApplication::translate("Duration", "%1 s")
            .arg(formatFixed(static_cast<double>(milliseconds) / 1000, 1));
    if (seconds < 60)
        return QCoreApplication::translate("Duration", "%1 s").arg(seconds);
    if (seconds < 3600)
        return QCoreApplication::translate("Duration", "%1 min %2 s").arg(seconds / 60).arg(two(seconds % 60));
    return QCoreApplication::translate("Duration", "%1 h %2 min").arg(seconds / 3600).arg(two(seconds / 60 % 60));
}

QString formatSeconds(double seconds) {
    return formatDuration(std::chrono::milliseconds(std::llround(1000 * seconds)));
}

QString formatFixed(double value, int digits) {
    return QLocale().toString(value, 'f', digits);
}

QString formatSignificant(double value, int digits) {
    if (value == 0)
        return QStringLiteral("0");
    const double size = std::abs(value);
    if (size < 1e-3 || size >= 1e6)
        return QLocale().toString(value, 'e', digits - 1);
    const int decimals = std::max(0, digits - 1 - static_cast<int>(std::floor(std::log10(size))));
    return formatFixed(value, decimals);
}

QString formatPercent(double share, int digits) {
    return QCoreApplication::translate("Percent", "%1 %").arg(formatFixed(share * 100, digits));
}

} // namespace vernier::ui
