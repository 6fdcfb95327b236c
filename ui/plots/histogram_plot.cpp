#include "ui/plots/histogram_plot.h"

#include "ui/plots/axes.h"
#include "ui/plots/grid_marks.h"
#include "ui/plots/number_format.h"
#include "ui/plots/range_marker.h"
#include "ui/plots/step_area.h"

#include <QMenu>
#include <QTextStream>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vernier::ui {

namespace {

constexpr double kLowestLogCount = 0.5; // a single count stands clear of the axis
constexpr double kLowestEnergy = 1e-8;  // share of the highest bin's
constexpr double kGrabPixels = 8;

} // namespace

HistogramPlot::HistogramPlot(QWidget* parent) : PlotView(parent) {
    plot().addLayer(QStringLiteral("tails"), plot().layer(QStringLiteral("grid")), QCustomPlot::limAbove);
    plot().addLayer(QStringLiteral("ranges"), plot().layer(QStringLiteral("main")), QCustomPlot::limAbove);
    // Ranges are drawn apart, so that dragging one does not draw thousands of bins again.
    for (const auto& name : {QStringLiteral("tails"), QStringLiteral("ranges")})
        plot().layer(name)->setMode(QCPLayer::lmBuffered);
    m_marks = new GridMarks(plot());
    m_marks->setLayer(QStringLiteral("ranges"));
    m_graph = new StepArea(plot(), QCPGraph::lsStepLeft);
    addMark();
    setQuantity(tr("activations"), tr("Activation"), tr("Count per bin"));
    setZoomDirections(Qt::Horizontal);
    setAxisScale(*plot().xAxis, false, TickStyle::Number);
    setAxisScale(*plot().yAxis, m_logarithmic, TickStyle::Compact);
    setEmptyText(tr("No histogram yet"));
    connectHandles();
}

HistogramPlot::~HistogramPlot() = default;

void HistogramPlot::setHistogram(double firstEdge, double binWidth, std::span<const std::uint64_t> counts) {
    m_firstEdge = firstEdge;
    m_binWidth = binWidth;
    m_counts.assign(counts.begin(), counts.end());
    rebuild();
    dataChanged(!m_counts.empty());
}

void HistogramPlot::rebuild() {
    // A step keeps the height of its left point: one point per lower edge, and one on each side to close the outline.
    QVector<QCPGraphData> points;
    points.reserve(static_cast<qsizetype>(m_counts.size() + 2));
    if (!m_counts.empty())
        points.append(QCPGraphData(edge(0), 0));
    for (std::size_t i = 0; i < m_counts.size(); ++i)
        points.append(QCPGraphData(edge(i), height(i)));
    points.append(QCPGraphData(edge(m_counts.size()), 0));
    m_graph->data()->set(points, true);
    setAxisTitles(m_valueTitle, m_energy ? tr("Energy per bin, Σ x²") : m_countTitle);
    rebuildOverlay();
}

double HistogramPlot::height(std::size_t index) const {
    const auto count = static_cast<double>(m_counts[index]);
    if (!m_energy)
        return count;
    const double centre = edge(index) + m_binWidth / 2;
    return count * (centre * centre + m_binWidth * m_binWidth / 12); // values lie evenly in their bin
}

double HistogramPlot::highest() const {
    double top = 0;
    for (std::size_t i = 0; i < m_counts.size(); ++i)
        top = std::max(top, height(i));
    return std::max(top, overlayHighest());
}

void HistogramPlot::setQuantity(const QString& name, const QString& valueTitle, const QString& countTitle) {
    m_quantity = name;
    m_graph->setName(name);
    m_valueTitle = valueTitle;
    m_countTitle = countTitle;
    setAxisTitles(valueTitle, countTitle);
}

void HistogramPlot::clear() {
    setRanges({});
    setOverlay({});
    setHistogram(0, 1, {});
}

void HistogramPlot::setRanges(std::vector<NamedRange> ranges) {
    m_ranges = std::move(ranges);
    m_markers.clear();
    for (std::size_t i = 0; i < m_ranges.size(); ++i) {
        const NamedRange& range = m_ranges[i];
        m_markers.push_back(std::make_unique<RangeMarker>(plot(), range.name, range.low, range.high, i));
    }
    setActiveRange(std::min(m_active, static_cast<int>(m_ranges.size()) - 1));
    decorationChanged();
}

void HistogramPlot::setActiveRange(int index) {
    m_active = index;
    for (std::size_t i = 0; i < m_markers.size(); ++i)
        m_markers[i]->setActive(static_cast<int>(i) == m_active);
    placeGrips();
    applyColours();
    if (!m_counts.empty())
        setAccessibleDescription(describe());
    replotLater();
}

void HistogramPlot::setLogarithmic(bool logarithmic) {
    if (m_logarithmic == logarithmic)
        return;
    m_logarithmic = logarithmic;
    setAxisScale(*plot().yAxis, logarithmic, TickStyle::Compact);
    fitCounts();
    replotLater();
    emit logarithmicChanged(logarithmic);
}

void HistogramPlot::setEnergy(bool energy) {
    if (m_energy == energy)
        return;
    m_energy = energy;
    rebuild();
    fitCounts();
    replotLater();
    emit energyChanged(energy);
}

void HistogramPlot::fitCounts() {
    const double top = highest() > 0 ? highest() : 1;
    if (m_logarithmic)
        plot().yAxis->setRange(m_energy ? top * kLowestEnergy : kLowestLogCount, top * 2);
    else
        plot().yAxis->setRange(0, top * 1.06);
}

void HistogramPlot::showAll() {
    fitCounts();
    double low = edge(0), high = edge(m_counts.size());
    if (m_overlay) {
        low = std::min(low, m_overlay->firstEdge);
        high =
            std::max(high, m_overlay->firstEdge + static_cast<double>(m_overlay->counts.size()) * m_overlay->binWidth);
    }
    setAxisRange(*plot().xAxis, low, high, 0.03);
    m_fullLow = plot().xAxis->range().lower;
    m_fullHigh = plot().xAxis->range().upper;
}

void HistogramPlot::zoomToActiveRange() {
    if (m_active < 0 || m_active >= static_cast<int>(m_ranges.size()))
        return;
    const NamedRange& range = m_ranges[static_cast<std::size_t>(m_active)];
    setAxisRange(*plot().xAxis, range.low, range.high, 0.15);
    replotLater();
}

void HistogramPlot::applyColours() {
    const QColor line = colours().series(0);
    QColor fill = line;
    fill.setAlpha(70);
    m_graph->setPen(QPen(line, 1));
    m_graph->setBrush(fill);
    for (const auto& marker : m_markers)
        marker->applyColours(colours());
    m_marks->applyColours(colours());
    colourMark();
    colourOverlay();
}

void HistogramPlot::writeCsv(QTextStream& out) const {
    out << (m_overlay ? "values," : "") << "lower_edge,upper_edge,count" << (m_energy ? ",energy\n" : "\n");
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        if (m_overlay)
            out << csvText(m_overlay->shownName) << ',';
        out << csvNumber(edge(i)) << ',' << csvNumber(edge(i + 1)) << ',' << m_counts[i];
        if (m_energy)
            out << ',' << csvNumber(height(i));
        out << '\n';
    }
    if (m_overlay)
        writeOverlay(out);
}

QString HistogramPlot::describe() const {
    const auto highest = std::max_element(m_counts.begin(), m_counts.end());
    const std::uint64_t total = std::accumulate(m_counts.begin(), m_counts.end(), std::uint64_t{0});
    QString text = tr("Histogram of %1 values from %2 to %3, peak at %4")
                       .arg(formatWhole(total), formatNumber(edge(0)), formatNumber(edge(m_counts.size())),
                            formatNumber(edge(static_cast<std::size_t>(highest - m_counts.begin())) + m_binWidth / 2));
    if (m_overlay)
        text += tr("; over it %1").arg(m_overlay->name);
    for (const NamedRange& range : m_ranges)
        text += tr("; %1 range %2 to %3").arg(range.name, formatNumber(range.low), formatNumber(range.high));
    return text;
}

QString HistogramPlot::readoutAt(QPointF position) const {
    const double x = plot().xAxis->pixelToCoord(position.x());
    const double bin = std::floor((x - m_firstEdge) / m_binWidth);
    if (bin < 0 || bin >= static_cast<double>(m_counts.size()))
        return {};
    const auto index = static_cast<std::size_t>(bin);
    QString text =
        tr("[%1, %2): %3 values")
            .arg(formatNumber(edge(index), 6), formatNumber(edge(index + 1), 6), formatWhole(m_counts[index]));
    if (m_energy)
        text += tr(", energy %1").arg(formatNumber(height(index)));
    if (m_overlay)
        text += overlayReadout(x);
    for (std::size_t i = 0; i < m_ranges.size(); ++i)
        if (m_markers[i]->distanceTo(position.x()) < kGrabPixels)
            text +=
                QLatin1Char('\n') + tr("%1: %2").arg(m_ranges[i].name, formatRange(m_ranges[i].low, m_ranges[i].high));
    return text;
}

void HistogramPlot::clicked(QPointF position) {
    int nearest = -1;
    double best = kGrabPixels;
    for (std::size_t i = 0; i < m_markers.size(); ++i) {
        const double distance = m_markers[i]->distanceTo(position.x());
        if (distance < best) {
            best = distance;
            nearest = static_cast<int>(i);
        }
    }
    if (nearest >= 0)
        emit rangeClicked(nearest);
    else
        clickBins(position);
}

void HistogramPlot::addMenuActions(QMenu& menu) {
    if (m_active >= 0)
        menu.addAction(tr("Zoom to the range\tZ"), this, &HistogramPlot::zoomToActiveRange);
    QAction* log = menu.addAction(tr("Logarithmic counts\tL"), this, &HistogramPlot::setLogarithmic);
    log->setCheckable(true);
    log->setChecked(m_logarithmic);
    QAction* energy = menu.addAction(tr("Energy instead of counts"), this, &HistogramPlot::setEnergy);
    energy->setCheckable(true);
    energy->setChecked(m_energy);
}

} // namespace vernier::ui
