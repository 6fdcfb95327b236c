#include "ui/plots/bars_plot.h"

#include "ui/plots/axes.h"
#include "ui/plots/number_format.h"

#include <QTextStream>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace vernier::ui {

namespace {

constexpr double kGroupWidth = 0.76; ///< of the room of one category
constexpr qsizetype kNameCharacters = 24;

QString shortened(const QString& name) {
    return name.size() <= kNameCharacters ? name : name.left(kNameCharacters - 1) + QStringLiteral("…");
}

} // namespace

BarsPlot::BarsPlot(QWidget* parent) : PlotView(parent) {
    // The first category stands on top, as in a list.
    plot().yAxis->setRangeReversed(true);
    plot().yAxis->setTickLength(0);
    plot().yAxis->setSubTicks(false);
    setAxisScale(*plot().xAxis, false, TickStyle::Number);
    setZoomDirections(Qt::Vertical);
    setEmptyText(tr("Nothing to compare yet"));
}

BarsPlot::~BarsPlot() = default;

void BarsPlot::setBars(const QStringList& categories, std::vector<BarSeries> series, const QString& valueTitle) {
    m_categories = categories;
    m_series = std::move(series);
    m_valueTitle = valueTitle;
    setAxisTitles(valueTitle, {});
    rebuild();
    dataChanged(!m_categories.isEmpty() && !m_series.empty());
}

void BarsPlot::rebuild() {
    plot().clearPlottables();
    m_bars.clear();
    delete m_group;
    m_group = new QCPBarsGroup(&plot());
    m_group->setSpacingType(QCPBarsGroup::stAbsolute);
    m_group->setSpacing(1);
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    for (qsizetype i = 0; i < m_categories.size(); ++i)
        ticker->addTick(static_cast<double>(i), shortened(m_categories[i]));
    plot().yAxis->setTicker(ticker);
    for (const BarSeries& series : m_series) {
        auto* bars = new QCPBars(plot().yAxis, plot().xAxis);
        bars->setName(series.name);
        bars->setSelectable(QCP::stNone);
        bars->setWidth(kGroupWidth / static_cast<double>(m_series.size()));
        bars->setBarsGroup(m_group);
        for (std::size_t i = 0; i < series.values.size(); ++i)
            if (std::isfinite(series.values[i]))
                bars->addData(static_cast<double>(i), series.values[i]);
        m_bars.push_back(bars);
    }
}

void BarsPlot::showAll() {
    double high = 0;
    for (const BarSeries& series : m_series)
        for (const double value : series.values)
            if (std::isfinite(value))
                high = std::max(high, value);
    plot().xAxis->setRange(0, high > 0 ? high * 1.05 : 1);
    plot().yAxis->setRange(-0.6, std::max(1.0, static_cast<double>(m_categories.size())) - 0.4);
}

void BarsPlot::applyColours() {
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        m_bars[i]->setPen(Qt::NoPen);
        m_bars[i]->setBrush(colours().series(i));
    }
    plot().yAxis->grid()->setVisible(false);
}

void BarsPlot::writeCsv(QTextStream& out) const {
    out << "category";
    for (const BarSeries& series : m_series)
        out << ',' << csvText(series.name);
    out << '\n';
    for (qsizetype i = 0; i < m_categories.size(); ++i) {
        out << csvText(m_categories[i]);
        for (const BarSeries& series : m_series) {
            const auto at = static_cast<std::size_t>(i);
            out << ',' << (at < series.values.size() ? csvNumber(series.values[at]) : QString());
        }
        out << '\n';
    }
}

QString BarsPlot::describe() const {
    QStringList parts;
    for (const BarSeries& series : m_series) {
        std::size_t highest = series.values.size();
        for (std::size_t i = 0; i < series.values.size(); ++i)
            if (std::isfinite(series.values[i]) &&
                (highest == series.values.size() || series.values[i] > series.values[highest]))
                highest = i;
        if (highest < std::min(series.values.size(), static_cast<std::size_t>(m_categories.size())))
            parts += tr("%1: highest %2 for %3")
                         .arg(series.name, formatNumber(series.values[highest]),
                              m_categories[static_cast<qsizetype>(highest)]);
    }
    return tr("%1 by category: %2").arg(m_valueTitle, parts.join(QStringLiteral("; ")));
}

int BarsPlot::categoryAt(QPointF position) const {
    const double place = std::round(plot().yAxis->pixelToCoord(position.y()));
    return place >= 0 && place < static_cast<double>(m_categories.size()) ? static_cast<int>(place) : -1;
}

QString BarsPlot::readoutAt(QPointF position) const {
    const int category = categoryAt(position);
    if (category < 0)
        return {};
    QString text = m_categories[category];
    for (const BarSeries& series : m_series) {
        const auto at = static_cast<std::size_t>(category);
        if (at < series.values.size())
            text += tr("\n%1: %2").arg(series.name, formatNumber(series.values[at]));
    }
    return text;
}

void BarsPlot::clicked(QPointF position) {
    if (const int category = categoryAt(position); category >= 0)
        emit categoryClicked(category);
}

} // namespace vernier::ui
