#pragma once

#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// Says everything that a run was made from, and what came out, so that it can be made again and checked.
struct RunRecipe {
    std::string run;
    QuantizeSettings settings;
    std::string modelFolder, modelFingerprint;
    std::string setName, setFingerprint;
    PackingRecipe packing;
    Precision precision = Precision::F32; ///< of the calibration pass
    ObserverOptions observers;
    std::string windowsHash;
    std::string codesHash; ///< SHA-256 of all codes, scales, zero points and ranges
};

/// The recipe of a run. Codes that the cache no longer has are solved again.
RunRecipe recipeOf(Workbench& bench, const Project& project, const Run& run, JobContext& job);

nlohmann::json toJson(const RunRecipe& recipe);
/// Throws Error{Input} naming the key that is missing or wrong.
RunRecipe runRecipeFromJson(const nlohmann::json& json);

/// Is what came of making a run again.
struct Reproduction {
    Run run;
    CalibrationRecord calibration;
    std::vector<std::string> differences; ///< inputs and results that are others than the recipe's, in words
};

/// Calibrates and quantizes as a recipe says, on the project's set of that name; modelFolder wins over the recipe's
/// when given. Inputs that differ (model, documents, windows) are named, and the run is made nevertheless. Throws
/// Error{Input} when the project has no such set or the folder no model.
Reproduction reproduce(Workbench& bench, const Project& project, const RunRecipe& recipe,
                       const std::filesystem::path& modelFolder, const std::string& runName, JobContext& job);

} // namespace vernier
