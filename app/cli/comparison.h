#pragma once

#include "core/evaluate/paired_bootstrap.h"
#include "core/store/project.h"

#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace vernier::cli {

/// Is what runs are compared with.
struct Baseline {
    std::string run;                                ///< numbers of the others are differences from it; empty for none
    std::map<std::string, PairedComparison> paired; ///< by run, where losses were compared token by token
};

/// The runs of a project as a table of text, and as JSON.
std::string comparisonTable(const Project& project, const Baseline& baseline = {});
nlohmann::json comparisonJson(const Project& project, const Baseline& baseline = {});

} // namespace vernier::cli
