#pragma once

#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// Is text to score on: a set of the project, packed by its recipe, or files.
struct EvaluationData {
    std::string setName;                      ///< used when files is empty; empty: the set "evaluation"
    std::vector<std::filesystem::path> files; ///< a .txt is one document with nothing inserted; records are separated
    int sequenceLength = 256;
    std::optional<Separator> separator; ///< unset: as the set's recipe says; EndOfText for record files, None for text
    Precision precision = Precision::F32; ///< of the forward passes; wished for, see choosePrecision
    Protocol protocol = Protocol::GptqPaper;
    std::optional<int> maxWindows; ///< unset: as the recipe says
};

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
