// Moving the ends of a histogram's active range, with the mouse or by key.

#include "ui/plots/grid_marks.h"
#include "ui/plots/histogram_plot.h"
#include "ui/plots/range_marker.h"

#include <QElapsedTimer>
#include <QKeyEvent>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace vernier::ui {

namespace {

constexpr double kGrabPixels = 8;
constexpr double kDragSlack = 2; // a click that trembles moves nothing

} // namespace

void HistogramPlot::connectHandles() {
    connect(&plot(), &QCustomPlot::mousePress, this, [this](QMouseEvent* event) {
        const End end = event->button() == Qt::LeftButton ? endAt(event->position()) : End::None;
        if (end == End::None)
            return;
        m_drag = Drag{end == End::High, false, active()->low, active()->high};
        plot().setInteraction(QCP::iRangeDrag, false); // the press is not meant for the axis
    });
    connect(&plot(), &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
        if (!m_drag) {
            plot().setCursor(endAt(event->position()) == End::None ? Qt::ArrowCursor : Qt::SizeHorCursor);
            return;
        }
        const double from = plot().xAxis->coordToPixel(m_drag->movesHigh ? m_drag->high : m_drag->low);
        if (m_drag->moved || std::abs(event->position().x() - from) > kDragSlack)
            moveDragged(plot().xAxis->pixelToCoord(event->position().x()));
    });
    connect(&plot(), &QCustomPlot::mouseRelease, this, [this] { drop(); });
}

const NamedRange* HistogramPlot::active() const {
    return m_active >= 0 && m_active < static_cast<int>(m_ranges.size()) ? &m_ranges[static_cast<std::size_t>(m_active)]
                                                                         : nullptr;
}

HistogramPlot::End HistogramPlot::endAt(QPointF position) const {
    const NamedRange* range = active();
    if (!m_draggable || !range || !plot().axisRect()->rect().contains(position.toPoint()))
        return End::None;
    const double low = std::abs(plot().xAxis->coordToPixel(range->low) - position.x());
    const double high = std::abs(plot().xAxis->coordToPixel(range->high) - position.x());
    if (std::min(low, high) > kGrabPixels)
        return End::None;
    return high <= low ? End::High : End::Low;
}

void HistogramPlot::moveDragged(double value) {
    m_drag->moved = true;
    if (m_drag->movesHigh)
        m_drag->high = std::max(value, m_drag->low < 0 ? 0 : m_binWidth / 16);
    else
        m_drag->low = std::min(value, m_drag->high > 0 ? 0 : -m_binWidth / 16);
    if (m_mirrored) {
        const double reach = std::max(m_drag->movesHigh ? m_drag->high : -m_drag->low, m_binWidth / 16);
        m_drag->low = -reach;
        m_drag->high = reach;
    }
    emit rangeDragged(m_drag->low, m_drag->high);
}

void HistogramPlot::drop() {
    if (!m_drag)
        return;
    const Drag drag = *m_drag;
    m_drag.reset();
    plot().setInteraction(QCP::iRangeDrag, true);
    if (drag.moved)
        emit rangeDropped(drag.low, drag.high);
}

void HistogramPlot::keyPressEvent(QKeyEvent* event) {
    const bool left = event->key() == Qt::Key_Left;
    if (!m_draggable || !active() || (!left && event->key() != Qt::Key_Right))
        return PlotView::keyPressEvent(event);
    const bool movesHigh = !event->modifiers().testFlag(Qt::ShiftModifier);
    m_drag = Drag{movesHigh, false, active()->low, active()->high};
    moveDragged((movesHigh ? m_drag->high : m_drag->low) + (left ? -m_binWidth : m_binWidth));
    drop();
}

void HistogramPlot::setDraggable(bool draggable) {
    m_draggable = draggable;
    placeGrips();
    replotLater();
}

void HistogramPlot::moveRange(int index, double low, double high) {
    const auto at = static_cast<std::size_t>(index);
    if (index < 0 || at >= m_ranges.size())
        return;
    m_ranges[at].low = low;
    m_ranges[at].high = high;
    m_markers[at]->move(low, high);
    placeGrips();
    redrawRanges();
}

void HistogramPlot::setLevels(double first, double step, int count) {
    m_marks->setLevels(first, step, count);
    redrawRanges();
}

void HistogramPlot::placeGrips() {
    const NamedRange* range = active();
    m_marks->setGrips(range ? range->low : 0, range ? range->high : 0, m_draggable && range);
}

void HistogramPlot::redrawRanges() {
    if (m_counts.empty())
        return;
    for (const auto& name : {QStringLiteral("tails"), QStringLiteral("ranges")})
        plot().layer(name)->replot();
}

double HistogramPlot::redrawRangesNow() {
    QElapsedTimer timer;
    timer.start();
    redrawRanges();
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

} // namespace vernier::ui
