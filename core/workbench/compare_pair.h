#pragma once

#include "core/evaluate/paired_bootstrap.h"
#include "core/workbench/diagnose.h"

#include <cstdint>
#include <vector>

namespace vernier {

/// Says how two runs predict the same text.
struct PairDifference {
    TokenComparison tokens;  ///< losses of the first run; where full precision's stand elsewhere, those of the second
    PairedComparison paired; ///< how sure it is that one is better
};

/// Token by token, from the cache or scored now. Throws Error{Input} for runs of different models.
PairDifference comparePairTokens(Workbench& bench, const Project& project, const Run& first, const Run& second,
                                 const EvaluationData& data, JobContext& job);

/// Counts the differences of tokens in bins of equal width: [firstEdge + i · binWidth, firstEdge + (i + 1) · binWidth).
/// An edge lies at zero.
struct DifferenceBins {
    double firstEdge = 0, binWidth = 1;
    std::vector<std::uint64_t> counts;
};

/// Bins as wide as 1, 2 or 5 times a power of ten, so that all differences fall into at most so many; no counts when
/// nothing was predicted.
DifferenceBins binDifferences(const TokenComparison& tokens, std::size_t most = 200);

} // namespace vernier
