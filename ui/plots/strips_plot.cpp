#include "ui/plots/strips_plot.h"

#include <QTextStream>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace vernier::ui {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// A value on the axis its strip is coloured along.
double coordinate(const Strip& strip, double value) {
    if (!std::isfinite(value) || (strip.logarithmic && value <= 0))
        return kNone;
    return strip.logarithmic ? std::log(value) : value;
}

} // namespace

StripsPlot::StripsPlot(QWidget* parent) : MatrixPlot(parent) {
    setReadout([this](int row, int column) { return readout(row, column); });
}

void StripsPlot::setStrips(std::vector<Strip> strips, const QString& columnTitle, const QString& columnName) {
    m_strips = std::move(strips);
    m_columnTitle = columnTitle;
    m_columnName = columnName;
    QStringList names;
    for (const Strip& strip : m_strips)
        names += strip.name;
    const int rows = static_cast<int>(m_strips.size()), count = static_cast<int>(columns());
    if (rows == 0 || count == 0)
        return clear();
    setMatrix(rows, count, {}, columnTitle);
    setScale(0, 1, false, {});
    setScaleEnds(tr("best"), tr("worst"));
    setRowNames(names);
    MatrixCells cells{.region = QRect(0, 0, count, rows), .rowsPerCell = 1, .columnsPerCell = 1, .values = {}};
    for (std::size_t row = 0; row < m_strips.size(); ++row)
        for (std::size_t column = 0; column < columns(); ++column)
            cells.values.push_back(static_cast<float>(share(row, column)));
    setCells(std::move(cells));
}

std::size_t StripsPlot::columns() const {
    std::size_t longest = 0;
    for (const Strip& strip : m_strips)
        longest = std::max(longest, strip.values.size());
    return longest;
}

double StripsPlot::share(std::size_t strip, std::size_t column) const {
    const Strip& of = m_strips[strip];
    const double at = column < of.values.size() ? coordinate(of, of.values[column]) : kNone;
    if (std::isnan(at))
        return kNone;
    double low = at, high = at;
    for (const double value : of.values)
        if (const double other = coordinate(of, value); !std::isnan(other)) {
            low = std::min(low, other);
            high = std::max(high, other);
        }
    if (low == high)
        return 0;
    return of.worstIsSmall ? (high - at) / (high - low) : (at - low) / (high - low);
}

QString StripsPlot::readout(int row, int column) const {
    const Strip& strip = m_strips[static_cast<std::size_t>(row)];
    const QString text = strip.texts.value(column);
    return tr("%1, %2: %3\n%4")
        .arg(strip.name, m_columnName.arg(column), text.isEmpty() ? tr("not known") : text, strip.meaning);
}

void StripsPlot::writeCsv(QTextStream& out) const {
    out << csvText(m_columnTitle);
    for (const Strip& strip : m_strips)
        out << ',' << csvText(strip.name);
    out << '\n';
    for (std::size_t column = 0; column < columns(); ++column) {
        out << column;
        for (const Strip& strip : m_strips)
            out << ',' << (column < strip.values.size() ? csvNumber(strip.values[column]) : QString());
        out << '\n';
    }
}

QString StripsPlot::describe() const {
    QStringList worst;
    for (std::size_t row = 0; row < m_strips.size(); ++row)
        for (std::size_t column = 0; column < columns(); ++column)
            if (share(row, column) == 1) {
                worst += tr("%1 worst at %2 (%3)")
                             .arg(m_strips[row].name, m_columnName.arg(column),
                                  m_strips[row].texts.value(static_cast<qsizetype>(column)));
                break;
            }
    return tr("%1 quantities over depth; %2").arg(m_strips.size()).arg(worst.join(QStringLiteral("; ")));
}

} // namespace vernier::ui
