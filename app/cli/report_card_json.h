#pragma once

#include "core/workbench/report_card.h"

#include <nlohmann/json_fwd.hpp>

namespace vernier::cli {

/// All of a report card; numbers that are not known are null.
nlohmann::json toJson(const ReportCard& card);

} // namespace vernier::cli
