#pragma once

#include <QString>

namespace vernier::ui {

/// Writes the report of a project to a .pdf or .html file without opening a window; returns the exit code of the
/// program.
int writeProjectReport(const QString& project, const QString& file, std::uint64_t cacheLimit);

} // namespace vernier::ui
