#pragma once

#include "core/export/export_checkpoint.h"
#include "core/export/loaders.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <filesystem>
#include <string>
#include <vector>

namespace vernier {

struct ExportRequest {
    ExportFormat format = ExportFormat::Gptq;
    std::filesystem::path folder; ///< to be made
    bool replace = false;         ///< an export of that name may be replaced
};

struct ExportOutcome {
    std::filesystem::path folder;
    ExportSize size;
    std::vector<LoaderVerdict> loaders;
};

/// Throws as exportRun would before any work: a format that cannot hold the run, with the remedy.
void requireExportable(const Model& model, const Run& run, ExportFormat format);

/// Writes a run as a model folder (see writeCheckpoint; for GGUF model.gguf), with a model card, README.md, and
/// vernier_recipe.json, which says how the run was made. The folder appears when it is complete. Codes that the cache
/// no longer has are solved again. Throws Error{Unsupported} before any work when the format cannot hold the run,
/// Error{Input} when the model has changed or the folder exists, Error{Io}, Cancelled.
ExportOutcome exportRun(Workbench& bench, const Project& project, const Run& run, const ExportRequest& request,
                        JobContext& job);

/// Sizes, places and verdicts as JSON.
nlohmann::json toJson(const ExportOutcome& outcome);

} // namespace vernier
