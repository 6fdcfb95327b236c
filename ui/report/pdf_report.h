#pragma once

#include "core/base/job.h"
#include "core/workbench/report/document.h"

#include <QByteArray>

namespace vernier::ui {

/// A report as a PDF of A4 pages with their numbers, plots as lines and text. Needs an application, and may run on any
/// thread. Throws Cancelled.
QByteArray pdfOf(const ReportDocument& document, const JobContext& job);

} // namespace vernier::ui
