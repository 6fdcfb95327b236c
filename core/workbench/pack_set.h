#pragma once

#include "core/calibrate/block_statistics.h"
#include "core/dataset/token_windows.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <string>
#include <vector>

namespace vernier {

/// The set of that name; for an empty name "default", or else the first one. Throws Error{Input} listing the sets there
/// are.
const CalibrationSet& chooseSet(const Project& project, const std::string& name);

/// The recipe a set is calibrated with where nothing else is asked for: its own, or the first 32 windows of it where
/// that names no number.
PackingRecipe recipeOf(const CalibrationSet& set);

/// The documents of a set, in its order.
std::vector<DocumentView> documentsOf(const Project& project, const CalibrationSet& set);

/// The chat template of a model, or null.
const ChatTemplate* templateOf(const Workbench::OpenModel& model);

/// The windows of a set for a model.
TokenWindows packSet(const Project& project, const CalibrationSet& set, const Workbench::OpenModel& model,
                     const PackingRecipe& recipe, JobContext& job);

/// Names the documents of a set, by their place in it, by source and line. Holds references to project.
DocumentName documentNames(const Project& project, const std::string& setName);

} // namespace vernier
