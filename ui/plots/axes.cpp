#include "ui/plots/axes.h"

#include "ui/plots/number_format.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace vernier::ui {

namespace {

QString tickText(double tick, TickStyle style) {
    switch (style) {
    case TickStyle::Compact:
        return formatCompact(tick);
    case TickStyle::Integer:
        return QString::number(std::llround(tick));
    case TickStyle::Number:
        break;
    }
    // Steps of 0.1 accumulate rounding noise: six digits show what is meant and a tick at 1e-17 is zero.
    return formatNumber(std::abs(tick) < 1e-14 ? 0 : tick, 6);
}

/// Writes linear ticks in the studio's number format.
class LinearTicker : public QCPAxisTicker {
public:
    explicit LinearTicker(TickStyle style) : m_style(style) {}

protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return tickText(tick, m_style); }
    double getTickStep(const QCPRange& range) override {
        const double step = QCPAxisTicker::getTickStep(range);
        return m_style == TickStyle::Integer ? std::max(1.0, std::round(step)) : step;
    }
    int getSubTickCount(double tickStep) override {
        const int count = QCPAxisTicker::getSubTickCount(tickStep);
        return m_style == TickStyle::Integer && tickStep < count + 1 ? 0 : count;
    }

private:
    TickStyle m_style;
};

/// Places ticks on powers of ten, and on 2 and 5 between them where less than three powers are in sight.
class LogTicker : public QCPAxisTickerLog {
public:
    explicit LogTicker(TickStyle style) : m_style(style) {}

protected:
    QVector<double> createTickVector(double tickStep, const QCPRange& range) override {
        if (range.lower <= 0)
            return {};
        const double decades = std::log10(range.upper / range.lower);
        if (decades < 0.5)
            return QCPAxisTicker::createTickVector(QCPAxisTicker::getTickStep(range), range);
        if (decades >= 3)
            return QCPAxisTickerLog::createTickVector(tickStep, range);
        QVector<double> ticks;
        for (int power = static_cast<int>(std::floor(std::log10(range.lower))); std::pow(10.0, power) <= range.upper;
             ++power)
            for (const double factor : {1.0, 2.0, 5.0})
                if (factor == 1.0 || decades < 2.5)
                    ticks.append(factor * std::pow(10.0, power));
        return ticks;
    }
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return tickText(tick, m_style); }

private:
    TickStyle m_style;
};

} // namespace

void setAxisScale(QCPAxis& axis, bool logarithmic, TickStyle style) {
    if (logarithmic) {
        axis.setTicker(QSharedPointer<LogTicker>::create(style));
        axis.setScaleType(QCPAxis::stLogarithmic);
    } else {
        axis.setTicker(QSharedPointer<LinearTicker>::create(style));
        axis.setScaleType(QCPAxis::stLinear);
    }
}

void setAxisRange(QCPAxis& axis, double low, double high, double air) {
    if (axis.scaleType() == QCPAxis::stLogarithmic) {
        const double factor = std::max(std::pow(high / low, air), 1.05);
        axis.setRange(low / factor, high * factor);
        return;
    }
    double margin = (high - low) * air;
    if (high <= low)
        margin = low == 0 ? 1 : std::abs(low) * 0.1;
    axis.setRange(low - margin, high + margin);
}

} // namespace vernier::ui
