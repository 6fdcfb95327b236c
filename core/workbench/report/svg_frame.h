#pragma once

#include "core/workbench/report/svg_canvas.h"
#include "core/workbench/report/svg_plot.h"
#include "core/workbench/report/svg_scale.h"

#include <string>
#include <vector>

namespace vernier {

/// What surrounds the data of a plot.
struct LegendEntry {
    std::string name;
    int style = 0;
    bool hasLine = true, hasMarks = true, isThin = false, isBar = false;
};

/// Draws a legend along the upper edge, in as many rows as it takes; returns where the room below it begins.
double drawLegend(SvgCanvas& canvas, const std::vector<LegendEntry>& entries, double width);

/// Draws axes with marks, grid and titles around the room below `top`, and sets where the scales lie.
void drawFrame(SvgCanvas& canvas, const SvgPlot& plot, SvgScale& x, SvgScale& y, double top);

inline constexpr std::string_view kGridColour = "#e4e4e4", kAxisColour = "#777777";
inline constexpr double kTickSize = 10.5, kTitleSize = 11.5;

} // namespace vernier
