#pragma once

#include "core/workbench/report/report.h"

#include <filesystem>

namespace vernier::ui {

/// Whether a report can be written to a file of that name: .html, .htm or .pdf.
bool isReportName(const std::filesystem::path& file);

/// Collects a report and writes it as HTML or PDF, by the ending of the name; the file is there whole or not at all.
/// Needs an application, and may run on any thread. Throws Error{Input} for another ending, and as collectReport(),
/// Error{Io} naming the file, Cancelled.
void writeReport(Workbench& bench, const Project& project, const ReportRequest& request,
                 const std::filesystem::path& file, JobContext& job);

} // namespace vernier::ui
