#pragma once

#include "ui/plots/plot_view.h"

#include <algorithm>

namespace vernier::ui::test {

/// The quickest of several redraws, in milliseconds: what other programs hold up does not count.
inline double quickestRedraw(PlotView& plot) {
    double least = plot.redrawNow();
    for (int i = 0; i < 6; ++i)
        least = std::min(least, plot.redrawNow());
    return least;
}

} // namespace vernier::ui::test
