#pragma once

#include "core/workbench/report/document.h"

#include <filesystem>
#include <string>

namespace vernier {

/// A report as one HTML file that needs nothing else: style inside, plots as SVG, no script, with rules for print on
/// A4. It is well-formed XML too. All texts of the document are escaped.
std::string htmlOf(const ReportDocument& document);

/// Writes it; the file is there whole or not at all. Throws Error{Io} naming the file.
void writeHtml(const ReportDocument& document, const std::filesystem::path& file);

} // namespace vernier
