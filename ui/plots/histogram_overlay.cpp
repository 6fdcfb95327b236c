// A second histogram over the one that is shown: what other text causes, or what a quantized model sees.

#include "ui/plots/histogram_plot.h"
#include "ui/plots/number_format.h"
#include "ui/plots/step_area.h"
#include "ui/plots/step_outline.h"

#include <QTextStream>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vernier::ui {

void HistogramPlot::setOverlay(std::optional<HistogramOverlay> overlay) {
    if (!overlay && !m_overlay)
        return;
    m_overlay = std::move(overlay);
    if (m_overlay && !m_outline) {
        m_outline = new StepOutline(plot(), QCPGraph::lsStepLeft);
        m_outline->setLayer(QStringLiteral("main"));
    }
    m_graph->setName(m_overlay ? m_overlay->shownName : m_quantity);
    rebuildOverlay();
    // Who sees everything goes on doing so; who has zoomed in stays there.
    if (!m_counts.empty() && plot().xAxis->range() == QCPRange(m_fullLow, m_fullHigh))
        showAll();
    else
        fitCounts();
    decorationChanged();
}

/// Counts mean the same only per value counted and per width of a bin: those of the overlay are drawn as they would be
/// for as many values in bins as wide as the shown ones.
double HistogramPlot::overlayFactor() const {
    const auto all = [](const std::vector<std::uint64_t>& counts) {
        return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
    };
    const double own = all(m_overlay->counts);
    return own > 0 ? all(m_counts) / own * m_binWidth / m_overlay->binWidth : 0;
}

double HistogramPlot::overlayHeight(std::size_t index) const {
    const double count = static_cast<double>(m_overlay->counts[index]) * overlayFactor();
    if (!m_energy)
        return count;
    const double width = m_overlay->binWidth;
    const double centre = m_overlay->firstEdge + (static_cast<double>(index) + 0.5) * width;
    return count * (centre * centre + width * width / 12);
}

double HistogramPlot::overlayHighest() const {
    double top = 0;
    for (std::size_t i = 0; m_overlay && i < m_overlay->counts.size(); ++i)
        top = std::max(top, overlayHeight(i));
    return top;
}

void HistogramPlot::rebuildOverlay() {
    if (!m_outline)
        return;
    QVector<QCPGraphData> points;
    if (m_overlay && !m_overlay->counts.empty()) {
        const auto edgeOf = [this](std::size_t i) {
            return m_overlay->firstEdge + static_cast<double>(i) * m_overlay->binWidth;
        };
        points.append(QCPGraphData(edgeOf(0), 0));
        for (std::size_t i = 0; i < m_overlay->counts.size(); ++i)
            points.append(QCPGraphData(edgeOf(i), overlayHeight(i)));
        points.append(QCPGraphData(edgeOf(m_overlay->counts.size()), 0));
        m_outline->setName(m_overlay->name);
        m_outline->addToLegend();
    } else {
        m_outline->removeFromLegend();
    }
    m_outline->data()->set(points, true);
}

void HistogramPlot::colourOverlay() {
    if (m_outline)
        m_outline->setPen(QPen(colours().text, 1)); // series colours are those of ranges
}

void HistogramPlot::writeOverlay(QTextStream& out) const {
    for (std::size_t i = 0; i < m_overlay->counts.size(); ++i) {
        const double low = m_overlay->firstEdge + static_cast<double>(i) * m_overlay->binWidth;
        out << csvText(m_overlay->name) << ',' << csvNumber(low) << ',' << csvNumber(low + m_overlay->binWidth) << ','
            << m_overlay->counts[i];
        if (m_energy)
            out << ',' << csvNumber(overlayHeight(i) / overlayFactor());
        out << '\n';
    }
}

QString HistogramPlot::overlayReadout(double x) const {
    const double bin = std::floor((x - m_overlay->firstEdge) / m_overlay->binWidth);
    if (bin < 0 || bin >= static_cast<double>(m_overlay->counts.size()))
        return tr("\n%1: none").arg(m_overlay->name);
    const double low = m_overlay->firstEdge + bin * m_overlay->binWidth;
    return tr("\n%1: %2 values in [%3, %4), drawn as %5")
        .arg(m_overlay->name, formatWhole(m_overlay->counts[static_cast<std::size_t>(bin)]), formatNumber(low, 6),
             formatNumber(low + m_overlay->binWidth, 6), formatNumber(overlayHeight(static_cast<std::size_t>(bin))));
}

} // namespace vernier::ui
