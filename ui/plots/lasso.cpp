#include "ui/plots/lasso.h"

#include <QMouseEvent>

#include <qcustomplot.h>

namespace vernier::ui {

namespace {

/// Corners nearer than this add nothing to the shape.
constexpr double kStepPixels = 3;

} // namespace

Lasso::Lasso(QCustomPlot& plot) : QObject(&plot), m_plot(plot) {
    const QString layer = QStringLiteral("lasso");
    plot.addLayer(layer, nullptr, QCustomPlot::limAbove);
    plot.layer(layer)->setMode(QCPLayer::lmBuffered);
    m_line = new QCPCurve(plot.xAxis, plot.yAxis);
    m_line->setLayer(layer);
    m_line->removeFromLegend();
    m_line->setSelectable(QCP::stNone);
    // The plot tells of a press before it begins to drag its axes, which is in time to forbid that.
    connect(&plot, &QCustomPlot::mousePress, this, &Lasso::press);
    connect(&plot, &QCustomPlot::mouseMove, this, &Lasso::move);
    connect(&plot, &QCustomPlot::mouseRelease, this, &Lasso::release);
}

void Lasso::setColour(const QColor& colour) {
    QColor fill = colour;
    fill.setAlpha(30);
    m_line->setPen(QPen(colour, 1, Qt::DashLine));
    m_line->setBrush(fill);
}

void Lasso::press(QMouseEvent* event) {
    const bool wanted = m_armed || event->modifiers().testFlag(Qt::ShiftModifier);
    if (event->button() != Qt::LeftButton || !wanted)
        return;
    m_drawing = true;
    m_area = {event->position()};
    m_plot.setInteraction(QCP::iRangeDrag, false);
}

void Lasso::move(QMouseEvent* event) {
    if (!m_drawing || (event->position() - m_area.last()).manhattanLength() < kStepPixels)
        return;
    m_area.append(event->position());
    draw();
}

void Lasso::release(QMouseEvent* event) {
    if (!m_drawing)
        return;
    const QPolygonF area = m_area;
    end();
    if (area.size() > 2)
        emit closed(area, event->modifiers());
}

void Lasso::abandon() {
    if (m_drawing)
        end();
}

void Lasso::draw() {
    QVector<QCPCurveData> corners;
    corners.reserve(m_area.size());
    for (const QPointF& pixel : m_area)
        corners.append(QCPCurveData(static_cast<double>(corners.size()), m_plot.xAxis->pixelToCoord(pixel.x()),
                                    m_plot.yAxis->pixelToCoord(pixel.y())));
    m_line->data()->set(corners, true);
    m_line->layer()->replot();
}

void Lasso::end() {
    m_drawing = false;
    m_area.clear();
    m_line->data()->clear();
    m_line->layer()->replot();
    m_plot.setInteraction(QCP::iRangeDrag, true);
}

} // namespace vernier::ui
