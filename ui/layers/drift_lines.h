#pragma once

#include "core/workbench/drift.h"
#include "ui/plots/lines_plot.h"

#include <QString>

#include <functional>
#include <utility>
#include <vector>

namespace vernier::ui {

/// Is drift as lines over depth, one per place in a block.
struct DriftLines {
    std::vector<LineSeries> lines;
    std::vector<std::vector<int>> reports; ///< by line and block, which report is drawn there; -1 for none
};

/// Draws the reports that are listed; reports come with the most surprised first. place says where in its block a
/// report's tap stands, by which lines are ordered, and what its line is called; experts of a mixture share a line,
/// which takes the worst of them.
DriftLines driftLines(const std::vector<DriftReport>& reports, int blocks,
                      const std::function<bool(const DriftReport&)>& isListed,
                      const std::function<std::pair<int, QString>(const DriftReport&)>& place);

} // namespace vernier::ui
