#include "ui/plots/levels_plot.h"

#include "ui/plots/axes.h"
#include "ui/plots/number_format.h"

#include <QMenu>
#include <QTextStream>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vernier::ui {

namespace {

constexpr double kBarWidth = 0.8;
constexpr double kLowestLogCount = 0.5; // a single weight stands clear of the axis
constexpr std::size_t kNamedLevels = 20;
constexpr std::size_t kTicks = 16; // where there are more levels than can be named

} // namespace

LevelsPlot::LevelsPlot(QWidget* parent) : PlotView(parent) {
    m_bars = new QCPBars(plot().xAxis, plot().yAxis);
    m_bars->setWidth(kBarWidth);
    m_bars->setSelectable(QCP::stNone);
    m_unused = plot().addGraph();
    m_unused->setLineStyle(QCPGraph::lsNone);
    m_unused->setSelectable(QCP::stNone);
    plot().xAxis->setSubTicks(false);
    plot().xAxis->grid()->setVisible(false);
    setAxisScale(*plot().yAxis, m_logarithmic, TickStyle::Compact);
    setZoomDirections(Qt::Horizontal);
    setEmptyText(tr("No codes yet"));
}

void LevelsPlot::setLevels(std::vector<double> values, std::vector<std::uint64_t> counts, const QString& valueTitle) {
    m_values = std::move(values);
    m_counts = std::move(counts);
    setAxisTitles(valueTitle, tr("Weights per level"));
    rebuild();
    dataChanged(!m_values.empty());
}

void LevelsPlot::rebuild() {
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    const std::size_t count = m_values.size(), step = count <= kNamedLevels ? 1 : (count + kTicks - 1) / kTicks;
    // Every step-th level from the middle on, where the zero of symmetric grids is.
    for (std::size_t i = (count / 2) % step; i < count; i += step)
        ticker->addTick(static_cast<double>(i), formatNumber(m_values[i], 3));
    plot().xAxis->setTicker(ticker);
    QVector<QCPBarsData> bars;
    QVector<QCPGraphData> unused;
    for (std::size_t i = 0; i < count; ++i)
        if (m_counts[i] > 0)
            bars.append(QCPBarsData(static_cast<double>(i), static_cast<double>(m_counts[i])));
        else
            unused.append(QCPGraphData(static_cast<double>(i), floor()));
    m_bars->data()->set(bars, true);
    m_bars->setBaseValue(m_logarithmic ? kLowestLogCount : 0);
    m_bars->setName(tr("weights"));
    m_unused->data()->set(unused, true);
    m_unused->setName(tr("unused levels: %1").arg(unused.size()));
    if (unused.isEmpty())
        m_unused->removeFromLegend();
    else
        m_unused->addToLegend();
}

double LevelsPlot::floor() const {
    const double top = m_counts.empty() ? 1.0 : static_cast<double>(*std::ranges::max_element(m_counts));
    return m_logarithmic ? kLowestLogCount * 1.4 : top * 0.03; // stands on the axis without being cut by it
}

int LevelsPlot::unused() const {
    return static_cast<int>(std::ranges::count(m_counts, std::uint64_t{0}));
}

void LevelsPlot::setLogarithmic(bool logarithmic) {
    if (m_logarithmic == logarithmic)
        return;
    m_logarithmic = logarithmic;
    setAxisScale(*plot().yAxis, logarithmic, TickStyle::Compact);
    rebuild();
    resetView();
    emit logarithmicChanged(logarithmic);
}

void LevelsPlot::showAll() {
    const double top = static_cast<double>(std::max<std::uint64_t>(1, *std::ranges::max_element(m_counts)));
    if (m_logarithmic)
        plot().yAxis->setRange(kLowestLogCount, top * 2);
    else
        plot().yAxis->setRange(0, top * 1.06);
    plot().xAxis->setRange(-0.6, static_cast<double>(m_values.size()) - 0.4);
}

void LevelsPlot::applyColours() {
    m_bars->setPen(Qt::NoPen);
    m_bars->setBrush(colours().series(0));
    m_unused->setPen(Qt::NoPen);
    m_unused->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCross, QPen(colours().warning, 1.5), Qt::NoBrush, 7));
}

void LevelsPlot::writeCsv(QTextStream& out) const {
    out << "level,weights\n";
    for (std::size_t i = 0; i < m_values.size(); ++i)
        out << csvNumber(m_values[i]) << ',' << m_counts[i] << '\n';
}

QString LevelsPlot::describe() const {
    const auto most = std::ranges::max_element(m_counts);
    return tr("%1 weights on %2 levels from %3 to %4, %5 unused, most on %6")
        .arg(formatWhole(std::accumulate(m_counts.begin(), m_counts.end(), std::uint64_t{0})),
             formatWhole(m_values.size()), formatNumber(m_values.front()), formatNumber(m_values.back()),
             QString::number(unused()), formatNumber(m_values[static_cast<std::size_t>(most - m_counts.begin())]));
}

QString LevelsPlot::readoutAt(QPointF position) const {
    const double place = std::round(plot().xAxis->pixelToCoord(position.x()));
    if (place < 0 || place >= static_cast<double>(m_values.size()))
        return {};
    const auto level = static_cast<std::size_t>(place);
    const std::uint64_t all = std::accumulate(m_counts.begin(), m_counts.end(), std::uint64_t{0});
    const double share = all > 0 ? 100 * static_cast<double>(m_counts[level]) / static_cast<double>(all) : 0;
    return tr("%1 %2: %3 weights, %4 %")
        .arg(plot().xAxis->label(), formatNumber(m_values[level], 6), formatWhole(m_counts[level]),
             formatNumber(share, 3));
}

void LevelsPlot::addMenuActions(QMenu& menu) {
    QAction* log = menu.addAction(tr("Logarithmic counts\tL"), this, &LevelsPlot::setLogarithmic);
    log->setCheckable(true);
    log->setChecked(m_logarithmic);
}

} // namespace vernier::ui
