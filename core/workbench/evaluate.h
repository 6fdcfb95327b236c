#pragma once

#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <filesystem>

namespace vernier {

struct EvaluateOutcome {
    Evaluation evaluation;
    bool fromCache = false;
};

/// Scores a run against full precision (perplexity, KL, top-1). Codes that the cache no longer has are solved again.
EvaluateOutcome evaluateRun(Workbench& bench, const Project& project, const Run& run, const EvaluationData& data,
                            JobContext& job);

/// Scores a model as stored (perplexity). project may be empty when data names files.
EvaluateOutcome evaluateModel(Workbench& bench, const Project& project, const std::filesystem::path& modelFolder,
                              const EvaluationData& data, JobContext& job);

} // namespace vernier
