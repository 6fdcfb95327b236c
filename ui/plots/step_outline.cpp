#include "ui/plots/step_outline.h"

#include <algorithm>
#include <cmath>

namespace vernier::ui {

StepOutline::StepOutline(QCustomPlot& plot, LineStyle style) : QCPGraph(plot.xAxis, plot.yAxis) {
    setLineStyle(style);
    setAntialiased(false);
}

void StepOutline::drawLinePlot(QCPPainter* painter, const QVector<QPointF>& lines) const {
    constexpr int kPointsPerBin = 2;
    const QRect area = mKeyAxis->axisRect()->rect();
    if (lines.size() <= kPointsPerBin * area.width())
        return QCPGraph::drawLinePlot(painter, lines);
    QVector<QPointF> highest;
    for (const QPointF& point : lines) {
        if (!std::isfinite(point.y()))
            continue;
        const double column = std::floor(point.x());
        if (!highest.isEmpty() && highest.last().x() == column)
            highest.last().setY(std::min(highest.last().y(), point.y())); // y grows downwards
        else
            highest.append({column, point.y()});
    }
    QCPGraph::drawLinePlot(painter, highest);
}

} // namespace vernier::ui
