#pragma once

#include "ui/plots/plot_colours.h"

#include <qcustomplot.h>

namespace vernier::ui {

/// Draws what a quantization grid makes of an axis: a tick per level along the bottom, and grips at the two ends of
/// the range that can be dragged. Where levels stand closer than two pixels, the ticks give way to a band. Internal to
/// ui/plots.
class GridMarks : public QCPAbstractItem {
public:
    explicit GridMarks(QCustomPlot& plot);

    /// Levels first, first + step, …; none when count is 0.
    void setLevels(double first, double step, int count);
    void setGrips(double low, double high, bool shown);
    void applyColours(const PlotColours& colours) { m_colours = colours; }

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override;

private:
    void drawLevels(QCPPainter& painter, const QRect& area) const;
    void drawGrip(QCPPainter& painter, const QRect& area, double at) const;

    PlotColours m_colours;
    double m_first = 0, m_step = 0;
    int m_count = 0;
    double m_low = 0, m_high = 0;
    bool m_gripsShown = false;
};

} // namespace vernier::ui
