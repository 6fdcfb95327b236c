#pragma once

#include "core/calibrate/convergence.h"
#include "core/calibrate/gram_health.h"
#include "core/store/project.h"
#include "core/workbench/cross_matrix.h"
#include "core/workbench/set_mix.h"
#include "core/workbench/workbench.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

struct ReportCardRequest {
    std::filesystem::path modelFolder;
    std::string setName; ///< empty: see chooseSet
    PackingRecipe recipe;
    double enoughBelow = 0.05; ///< change of the worst tap's Gram by the last doubling that counts as none
    GramHealthOptions health;
    std::optional<GroupBy> matrix; ///< unset: no matrix
    QuantizeSettings matrixSettings{.scheme = {3, 64, false}};

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

struct TapHealth {
    std::string tap;
    int block = 0;
    GramHealth gram;
};

/// Says what a calibration set is worth for a model, before any quantization.
struct ReportCard {
    std::string setName;
    std::filesystem::path modelFolder;
    std::int64_t windows = 0;
    int sequenceLength = 0;
    std::uint64_t tokens = 0;    ///< padding left out
    std::uint64_t documents = 0; ///< that the windows hold something of, of
    std::uint64_t documentsAll = 0;
    SetMix mix;
    std::vector<TapHealth> taps;          ///< the input of every linear, in order
    std::vector<std::string> neverRouted; ///< taps of experts that no token reached
    Convergence convergence;
    ConvergenceVerdict verdict;
    std::optional<CrossMatrix> matrix;
};

/// Feeds a set through the model once, one block in memory at a time, and reports. Progress counts blocks.
ReportCard reportCard(Workbench& bench, const Project& project, const ReportCardRequest& request, JobContext& job);

} // namespace vernier
