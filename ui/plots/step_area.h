#pragma once

#include <qcustomplot.h>

namespace vernier::ui {

/// Draws a step graph whose area is filled one pixel column at a time. Filling the outline as one polygon takes seconds
/// when thousands of noisy bins share the columns of a screen. Where that is so, the outline, which would be a solid
/// block, gives way to a stronger fill. Internal to ui/plots.
class StepArea : public QCPGraph {
public:
    StepArea(QCustomPlot& plot, LineStyle style);

    /// Fills down to another graph instead of to zero; null for zero.
    void setFloor(const StepArea* floor) { m_floor = floor; }

protected:
    void drawFill(QCPPainter* painter, QVector<QPointF>* lines) const override;
    void drawLinePlot(QCPPainter* painter, const QVector<QPointF>& lines) const override;

private:
    bool isDense(const QVector<QPointF>& lines) const;

    const StepArea* m_floor = nullptr;
};

} // namespace vernier::ui
