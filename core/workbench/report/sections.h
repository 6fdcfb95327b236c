#pragma once

#include "core/workbench/report/document.h"
#include "core/workbench/report/report.h"

#include <cstddef>
#include <string>
#include <vector>

namespace vernier {

// The sections of a report, each in a file of its own.

ReportSection runsSection(const Report& report);
ReportSection settingsSection(const Report& report);
ReportSection tradeOffSection(const Report& report);
ReportSection layersSection(const Report& report);
ReportSection domainsSection(const Report& report);
ReportSection setsSection(const Report& report);
ReportSection diagnosisSection(const Report& report);
ReportSection environmentSection(const Report& report);

/// Adds a table in as many pieces, beside each other, as keep every piece at most so wide; each begins with the first
/// `fixed` columns.
void addInPieces(ReportSection& section, const ReportTable& table, std::size_t fixed, std::size_t most);

/// A table of two columns without a header: what, and its value.
ReportTable factsTable(std::string title, const std::vector<std::pair<std::string, std::string>>& facts);

/// The runs that a plot can show without becoming a tangle: the baseline and the closest ones, in the order of the
/// report, at most so many.
std::vector<std::size_t> runsToPlot(const Report& report, std::size_t most);

/// "1", the number of a run in the tables and plots.
std::string numberOf(std::size_t run);
/// "1–4, 7", the numbers of runs in rising order.
std::string numbersOf(const std::vector<std::size_t>& runs);

} // namespace vernier
