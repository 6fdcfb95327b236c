#pragma once

#include "core/dataset/window_preview.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <cstdint>
#include <vector>

namespace vernier {

/// Holds what a set becomes with a model and a recipe, and one window of it token by token.
struct SetPreview {
    TokenWindows windows;
    std::vector<PreviewToken> tokens; ///< PreviewToken::document counts in the set
};

/// Packs a set as a calibration would and shows a window, counted from 0. Throws as packDocuments() and previewWindow()
/// do.
SetPreview previewSet(const Project& project, const CalibrationSet& set, const Workbench::OpenModel& model,
                      const PackingRecipe& recipe, std::int64_t window, JobContext& job);

} // namespace vernier
