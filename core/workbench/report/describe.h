#pragma once

#include "core/workbench/report/document.h"
#include "core/workbench/report/report.h"

namespace vernier {

/// Lays a report out: what came out, all runs and their settings, plots, domains, calibration sets, where it is lost,
/// and with what it was made.
ReportDocument describeReport(const Report& report);

/// The runs, their differences from the baseline and their settings, and nothing else.
ReportDocument describeComparison(const Report& report);

} // namespace vernier
