#pragma once

#include "core/export/loaders.h"
#include "core/store/project.h"

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// What vernier_recipe.json says: how a run was made, and of what. Settings, calibration with the recipe, number and
/// hash of its windows, the sources of its set with their hashes, the evaluation where there is one.
nlohmann::json exportedRecipe(const Project& project, const Run& run, ExportFormat format);

/// A README.md for an exported run, as model hubs show it: recipe, calibration manifest, measured results with their
/// protocol, and which loaders take it.
std::string modelCard(const Project& project, const Run& run, ExportFormat format,
                      const std::vector<LoaderVerdict>& loaders);

} // namespace vernier
