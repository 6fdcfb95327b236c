#pragma once

#include "core/store/project.h"

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace vernier::cli {

/// The runs of a project as a table of text, and as JSON.
std::string comparisonTable(const Project& project);
nlohmann::json comparisonJson(const Project& project);

} // namespace vernier::cli
