#pragma once

#include "ui/plots/plot_colours.h"

#include <QString>

class QCPGraph;
class QCPItemRect;
class QCPItemStraightLine;
class QCustomPlot;

namespace vernier::ui {

/// Draws one named range [low, high] over a histogram: a line at each end, an entry in the legend and, for the active
/// one, shaded tails outside. Lives on the plot's own "ranges" layer, so that moving it redraws nothing else.
class RangeMarker {
public:
    RangeMarker(QCustomPlot& plot, const QString& name, double low, double high, std::size_t index);
    ~RangeMarker();
    RangeMarker(const RangeMarker&) = delete;
    RangeMarker& operator=(const RangeMarker&) = delete;

    void move(double low, double high);
    void setActive(bool active);
    void applyColours(const PlotColours& colours);

    /// Pixels from the nearer end.
    double distanceTo(double pixelX) const;

private:
    QCPItemStraightLine* addEnd();
    QCPItemRect* addTail();

    QCustomPlot& m_plot;
    std::size_t m_index;
    bool m_active = false;
    QCPItemStraightLine* m_low;
    QCPItemStraightLine* m_high;
    QCPItemRect* m_lowTail;
    QCPItemRect* m_highTail;
    QCPGraph* m_legendEntry; ///< items have no legend entry of their own
};

} // namespace vernier::ui
