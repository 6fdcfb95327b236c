#pragma once

#include "core/base/job.h"
#include "core/workbench/report/document.h"

#include <cstddef>
#include <span>
#include <vector>

namespace vernier::ui {

class PdfPages;

/// A table of so many rows is kept whole where a page holds it.
inline constexpr std::size_t kShortRows = 16;

/// The widths of columns from how wide their cells are on one line and how wide they must be at least: all they want
/// where there is room, otherwise what is left is shared out by how much each would like; narrower than the least only
/// where even these do not fit.
std::vector<double> columnWidths(std::span<const double> wanted, std::span<const double> least, double room);

/// Draws a table: rows are not broken, and the header stands on every page that it goes on to. One that fits on a page
/// is not begun on one where it does not, unless it is long. Throws Cancelled.
void drawTable(PdfPages& pages, const ReportTable& table, const JobContext& job);

} // namespace vernier::ui
