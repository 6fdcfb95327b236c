#pragma once

#include "core/store/project.h"

#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// Is one line of the comparison table.
struct ComparisonRow {
    std::string run, method, calibrationSet;
    Scheme scheme;
    double bitsPerWeight = 0;
    std::uint64_t totalBytes = 0;
    double meanRelativeError = 0;
    std::optional<double> perplexity, perplexityLoss, kl, top1; ///< loss against full precision on the same text
    std::string evaluatedOn;
    double seconds = 0;
};

std::vector<ComparisonRow> compareRuns(const Project& project);

} // namespace vernier
