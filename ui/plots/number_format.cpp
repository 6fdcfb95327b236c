#include "ui/plots/number_format.h"

#include <QLocale>

#include <cmath>

namespace vernier::ui {

namespace {

QString write(double value, char format, int digits) {
    QLocale locale;
    locale.setNumberOptions(QLocale::OmitGroupSeparator | QLocale::OmitLeadingZeroInExponent);
    QString text = locale.toString(value, format, digits);
    text.replace(QStringLiteral("e+"), QStringLiteral("e"));
    return text;
}

} // namespace

QString formatNumber(double value, int digits) {
    if (!std::isfinite(value))
        return QStringLiteral("–");
    if (value == 0)
        return QStringLiteral("0");
    const double magnitude = std::abs(value);
    if (magnitude >= std::pow(10.0, digits) && magnitude < 1e6)
        return write(value, 'f', 0);
    return write(value, 'g', digits);
}

QString formatCompact(double value) {
    const double magnitude = std::abs(value);
    if (!std::isfinite(value))
        return QStringLiteral("–");
    struct Step {
        double size;
        const char16_t* letter;
    };
    for (const Step& step : {Step{1e12, u"T"}, Step{1e9, u"G"}, Step{1e6, u"M"}, Step{1e3, u"k"}})
        if (magnitude >= step.size * 0.9995)
            return formatNumber(value / step.size, 3) + QString::fromUtf16(step.letter);
    return formatNumber(value, 3);
}

QString formatRange(double low, double high, int digits) {
    return formatNumber(low, digits) + QStringLiteral(" … ") + formatNumber(high, digits);
}

QString formatWhole(std::uint64_t count) {
    return QLocale().toString(static_cast<qulonglong>(count));
}

} // namespace vernier::ui
