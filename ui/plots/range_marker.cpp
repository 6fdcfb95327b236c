#include "ui/plots/range_marker.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace vernier::ui {

RangeMarker::RangeMarker(QCustomPlot& plot, const QString& name, double low, double high, std::size_t index)
    : m_plot(plot), m_index(index), m_low(addEnd()), m_high(addEnd()), m_lowTail(addTail()), m_highTail(addTail()),
      m_legendEntry(plot.addGraph()) {
    m_legendEntry->setName(name);
    m_legendEntry->setSelectable(QCP::stNone);
    move(low, high);
    setActive(false);
}

RangeMarker::~RangeMarker() {
    for (QCPAbstractItem* item : std::initializer_list<QCPAbstractItem*>{m_low, m_high, m_lowTail, m_highTail})
        m_plot.removeItem(item);
    m_plot.removeGraph(m_legendEntry);
}

QCPItemStraightLine* RangeMarker::addEnd() {
    auto* line = new QCPItemStraightLine(&m_plot);
    line->setLayer(QStringLiteral("ranges"));
    line->setSelectable(false);
    // Vertical over the full height, whatever the scale of the counts. Types first: changing one converts coordinates.
    for (QCPItemPosition* point : {line->point1, line->point2}) {
        point->setTypeY(QCPItemPosition::ptAxisRectRatio);
        point->setAxisRect(m_plot.axisRect());
    }
    return line;
}

QCPItemRect* RangeMarker::addTail() {
    auto* tail = new QCPItemRect(&m_plot);
    tail->setLayer(QStringLiteral("tails"));
    tail->setSelectable(false);
    tail->setPen(Qt::NoPen);
    // From an edge of the axis rectangle (in shares of it) to an end of the range (in plot coordinates).
    for (QCPItemPosition* corner : {tail->topLeft, tail->bottomRight}) {
        corner->setTypeX(corner == tail->topLeft ? QCPItemPosition::ptAxisRectRatio : QCPItemPosition::ptPlotCoords);
        corner->setTypeY(QCPItemPosition::ptAxisRectRatio);
        corner->setAxisRect(m_plot.axisRect());
    }
    return tail;
}

void RangeMarker::move(double low, double high) {
    m_low->point1->setCoords(low, 0);
    m_low->point2->setCoords(low, 1);
    m_high->point1->setCoords(high, 0);
    m_high->point2->setCoords(high, 1);
    m_lowTail->topLeft->setCoords(0, 0);
    m_lowTail->bottomRight->setCoords(low, 1);
    m_highTail->topLeft->setCoords(1, 0);
    m_highTail->bottomRight->setCoords(high, 1);
}

void RangeMarker::setActive(bool active) {
    m_active = active;
    m_lowTail->setVisible(active);
    m_highTail->setVisible(active);
}

void RangeMarker::applyColours(const PlotColours& colours) {
    const QColor colour = colours.series(m_index + 1); // the histogram itself is series 0
    QPen pen(colour, m_active ? 2 : 1, m_active ? Qt::SolidLine : seriesDash(m_index + 1));
    pen.setCapStyle(Qt::FlatCap); // not all vector viewers clip
    m_low->setPen(pen);
    m_high->setPen(pen);
    m_legendEntry->setPen(pen);
    QColor shade = colours.warning;
    shade.setAlpha(46);
    m_lowTail->setBrush(shade);
    m_highTail->setBrush(shade);
}

double RangeMarker::distanceTo(double pixelX) const {
    return std::min(std::abs(m_low->point1->pixelPosition().x() - pixelX),
                    std::abs(m_high->point1->pixelPosition().x() - pixelX));
}

} // namespace vernier::ui
