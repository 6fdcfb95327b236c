#pragma once

#include <qcustomplot.h>

namespace vernier::ui {

/// Draws the outline of a step graph over others. Where thousands of noisy steps share the columns of a screen, the
/// outline would be a solid block that hides what is behind it: there it joins the highest of every column. Internal to
/// ui/plots.
class StepOutline : public QCPGraph {
public:
    StepOutline(QCustomPlot& plot, LineStyle style);

protected:
    void drawLinePlot(QCPPainter* painter, const QVector<QPointF>& lines) const override;
};

} // namespace vernier::ui
