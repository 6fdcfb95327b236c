#include "ui/layers/drift_lines.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace vernier::ui {

namespace {

/// Is a line that is being put together.
struct Line {
    int place = 0;
    LineSeries series;
    std::vector<int> reports;
};

} // namespace

DriftLines driftLines(const std::vector<DriftReport>& reports, int blocks,
                      const std::function<bool(const DriftReport&)>& isListed,
                      const std::function<std::pair<int, QString>(const DriftReport&)>& place) {
    const auto length = static_cast<std::size_t>(std::max(0, blocks));
    std::vector<Line> lines;
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const DriftReport& report = reports[i];
        if (!isListed(report) || report.block < 0 || report.block >= blocks)
            continue;
        auto [tap, name] = place(report);
        if (report.tap.expert >= 0)
            name = QCoreApplication::translate("DriftView", "experts (the worst)");
        auto line = std::ranges::find(lines, name, [](const Line& known) { return known.series.name; });
        if (line == lines.end()) {
            const double unknown = std::numeric_limits<double>::quiet_NaN();
            lines.push_back({tap, {name, std::vector<double>(length, unknown)}, std::vector<int>(length, -1)});
            line = lines.end() - 1;
        }
        const auto block = static_cast<std::size_t>(report.block);
        if (line->reports[block] >= 0)
            continue; // what came first is worse
        line->reports[block] = static_cast<int>(i);
        line->series.values[block] = report.drift.divergence;
    }
    std::ranges::stable_sort(lines, {}, &Line::place);
    DriftLines drawn;
    for (Line& line : lines) {
        drawn.lines.push_back(std::move(line.series));
        drawn.reports.push_back(std::move(line.reports));
    }
    return drawn;
}

} // namespace vernier::ui
