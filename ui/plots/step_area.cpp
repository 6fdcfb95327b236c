#include "ui/plots/step_area.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vernier::ui {

namespace {

/// How far a graph reaches in one pixel column; y grows downwards.
struct Column {
    double top = 1e9;
    double bottom = -1e9;
    bool empty() const { return top > bottom; }
};

std::vector<Column> columnsOf(const QVector<QPointF>& lines, const QRect& area) {
    std::vector<Column> columns(static_cast<std::size_t>(std::max(0, area.width())));
    const double last = static_cast<double>(columns.size()) - 1;
    for (qsizetype i = 0; i + 1 < lines.size(); ++i) {
        const QPointF &a = lines[i], &b = lines[i + 1];
        if (!std::isfinite(a.y()) || !std::isfinite(b.y()))
            continue;
        const double from = std::floor(std::min(a.x(), b.x())) - area.left();
        const double to = std::floor(std::max(a.x(), b.x())) - area.left();
        for (double x = std::max(0.0, from); x <= std::min(last, to); ++x) {
            Column& column = columns[static_cast<std::size_t>(x)];
            column.top = std::min({column.top, a.y(), b.y()});
            column.bottom = std::max({column.bottom, a.y(), b.y()});
        }
    }
    return columns;
}

/// Rectangles that touch, as one outline each run: viewers of vector files show hairlines between separate ones.
QPainterPath joined(const QVector<QRectF>& rectangles) {
    QPainterPath path;
    for (qsizetype first = 0, next = 0; first < rectangles.size(); first = next) {
        QPolygonF upper, lower;
        for (next = first; next < rectangles.size(); ++next) {
            const QRectF& r = rectangles[next];
            if (next > first && rectangles[next - 1].right() != r.left())
                break;
            upper << r.topLeft() << r.topRight();
            lower << r.bottomLeft() << r.bottomRight();
        }
        std::reverse(lower.begin(), lower.end());
        path.addPolygon(upper + lower);
        path.closeSubpath();
    }
    return path;
}

} // namespace

StepArea::StepArea(QCustomPlot& plot, LineStyle style) : QCPGraph(plot.xAxis, plot.yAxis) {
    setLineStyle(style);
    setAntialiased(false); // level and upright lines only get blurred by it, and thousands of them slow
}

bool StepArea::isDense(const QVector<QPointF>& lines) const {
    constexpr int kPointsPerBin = 2;
    return lines.size() > kPointsPerBin * mKeyAxis->axisRect()->width();
}

void StepArea::drawLinePlot(QCPPainter* painter, const QVector<QPointF>& lines) const {
    if (!isDense(lines))
        QCPGraph::drawLinePlot(painter, lines);
}

void StepArea::drawFill(QCPPainter* painter, QVector<QPointF>* lines) const {
    const QRect area = mKeyAxis->axisRect()->rect();
    QVector<QPointF> floorLines;
    if (m_floor)
        m_floor->getLines(&floorLines, QCPDataRange(0, m_floor->dataCount()));
    const std::vector<Column> upper = columnsOf(*lines, area);
    const std::vector<Column> lower = columnsOf(floorLines, area);
    const bool logarithmic = mValueAxis->scaleType() == QCPAxis::stLogarithmic;
    const double zero = logarithmic ? area.bottom() + 1 : mValueAxis->coordToPixel(0);
    const auto inside = [&area](double y) { return std::clamp<double>(y, area.top(), area.bottom() + 1); };

    // Neighbours of the same height become one rectangle.
    QVector<QRectF> rectangles;
    for (std::size_t x = 0; x < upper.size(); ++x) {
        if (upper[x].empty() || (m_floor && lower[x].empty()))
            continue;
        const double top = inside(upper[x].top);
        const double bottom = inside(m_floor ? lower[x].bottom : zero);
        const double left = area.left() + static_cast<double>(x);
        if (!rectangles.isEmpty() && rectangles.last().right() == left && rectangles.last().top() == top &&
            rectangles.last().bottom() == bottom)
            rectangles.last().setRight(left + 1);
        else if (bottom > top)
            rectangles.append(QRectF(QPointF(left, top), QPointF(left + 1, bottom)));
    }
    QColor colour = mBrush.color();
    if (isDense(*lines))
        colour.setAlpha(std::min(255, colour.alpha() * 2));
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour);
    painter->setAntialiasing(false);
    if (painter->modes().testFlag(QCPPainter::pmVectorized))
        painter->drawPath(joined(rectangles));
    else
        painter->drawRects(rectangles);
}

} // namespace vernier::ui
