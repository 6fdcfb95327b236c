// Choosing bins of a histogram, to ask about the values in them.

#include "ui/plots/histogram_plot.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace vernier::ui {

namespace {

constexpr double kReach = 2; // pixels on each side of a click: bins are often narrower than one

} // namespace

void HistogramPlot::addMark() {
    m_marked = new QCPItemRect(&plot());
    m_marked->setLayer(QStringLiteral("ranges"));
    m_marked->setSelectable(false);
    m_marked->setVisible(false);
    for (QCPItemPosition* corner : {m_marked->topLeft, m_marked->bottomRight}) {
        corner->setTypeX(QCPItemPosition::ptPlotCoords);
        corner->setTypeY(QCPItemPosition::ptAxisRectRatio);
    }
}

void HistogramPlot::colourMark() {
    QColor colour = colours().highlight;
    m_marked->setPen(QPen(colour, 1));
    colour.setAlpha(60);
    m_marked->setBrush(colour);
}

void HistogramPlot::setMarkedValues(double low, double high) {
    m_marked->setVisible(low < high);
    m_marked->topLeft->setCoords(low, 0);
    m_marked->bottomRight->setCoords(high, 1);
    redrawRanges();
}

void HistogramPlot::clickBins(QPointF position) {
    if (m_counts.empty() || !plot().axisRect()->rect().contains(position.toPoint()))
        return;
    const auto bin = [this](double x) {
        return std::floor((plot().xAxis->pixelToCoord(x) - m_firstEdge) / m_binWidth);
    };
    const double last = static_cast<double>(m_counts.size()) - 1;
    const double from = bin(position.x() - kReach), to = bin(position.x() + kReach);
    if (to < 0 || from > last)
        return;
    emit binsClicked(edge(static_cast<std::size_t>(std::clamp(from, 0.0, last))),
                     edge(static_cast<std::size_t>(std::clamp(to, 0.0, last)) + 1));
}

} // namespace vernier::ui
