#pragma once

#include <QColor>
#include <QPalette>

#include <vector>

namespace vernier::ui {

/// Holds every colour a plot uses, derived from the widget's palette; series are Okabe and Ito's colour-blind-safe set.
struct PlotColours {
    QColor background; ///< opaque
    QColor text;
    QColor axis;
    QColor grid;
    QColor subGrid;
    QColor warning;   ///< clipped tails, outliers
    QColor highlight; ///< selection
    std::vector<QColor> seriesColours;

    const QColor& series(std::size_t index) const { return seriesColours[index % seriesColours.size()]; }

    static PlotColours fromPalette(const QPalette& palette);
    static PlotColours paper(); ///< black on white, for vector exports
};

/// Is the second code beside colour: series that share a hue after printing still differ by dash.
Qt::PenStyle seriesDash(std::size_t index);

} // namespace vernier::ui
