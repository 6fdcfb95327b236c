#include "ui/plots/grid_marks.h"

#include <algorithm>
#include <cmath>

namespace vernier::ui {

namespace {

constexpr double kTickHeight = 7;
constexpr double kLeastSpacing = 2;
constexpr QSizeF kGrip{8, 22};

} // namespace

GridMarks::GridMarks(QCustomPlot& plot) : QCPAbstractItem(&plot) {
    setSelectable(false);
    setClipToAxisRect(true);
    setClipAxisRect(plot.axisRect());
}

void GridMarks::setLevels(double first, double step, int count) {
    m_first = first;
    m_step = step;
    m_count = count;
}

void GridMarks::setGrips(double low, double high, bool shown) {
    m_low = low;
    m_high = high;
    m_gripsShown = shown;
}

void GridMarks::draw(QCPPainter* painter) {
    const QRect area = mParentPlot->axisRect()->rect();
    painter->setAntialiasing(false);
    if (m_count > 0)
        drawLevels(*painter, area);
    if (!m_gripsShown)
        return;
    for (const double end : {m_low, m_high})
        drawGrip(*painter, area, end);
}

void GridMarks::drawLevels(QCPPainter& painter, const QRect& area) const {
    const QCPAxis& axis = *mParentPlot->xAxis;
    const double first = axis.coordToPixel(m_first);
    const double spacing = axis.coordToPixel(m_first + m_step) - first;
    const double bottom = area.bottom(), left = area.left(), right = area.right();
    QColor colour = m_colours.text;
    if (std::abs(spacing) < kLeastSpacing) {
        colour.setAlpha(110);
        const double last = std::clamp(first + spacing * (m_count - 1), left, right);
        const double from = std::clamp(first, left, right);
        painter.fillRect(QRectF(from, bottom - kTickHeight, last - from, kTickHeight), colour);
        return;
    }
    painter.setPen(QPen(colour, 1));
    const int begin = std::max(0, static_cast<int>(std::ceil((left - first) / spacing)));
    const int end = std::min(m_count - 1, static_cast<int>(std::floor((right - first) / spacing)));
    for (int level = begin; level <= end; ++level) {
        const double x = first + spacing * level;
        painter.drawLine(QLineF(x, bottom - kTickHeight, x, bottom));
    }
}

void GridMarks::drawGrip(QCPPainter& painter, const QRect& area, double at) const {
    const double x = mParentPlot->xAxis->coordToPixel(at);
    QRectF grip(QPointF(), kGrip);
    grip.moveCenter(QPointF(x, area.center().y()));
    painter.setAntialiasing(true);
    painter.setPen(QPen(m_colours.text, 1));
    painter.setBrush(m_colours.background);
    painter.drawRoundedRect(grip, 3, 3);
    for (const double offset : {-1.5, 1.5})
        painter.drawLine(QLineF(x + offset, grip.top() + 6, x + offset, grip.bottom() - 6));
    painter.setAntialiasing(false);
}

} // namespace vernier::ui
