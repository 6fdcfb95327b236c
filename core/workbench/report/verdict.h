#pragma once

#include "core/workbench/report/report.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// Is runs that were scored on the same predictions of the same text, whose numbers may stand side by side.
struct ScoredAlike {
    ScoredText text;
    std::optional<double> referencePerplexity;
    std::vector<std::size_t> runs; ///< places in the report
    bool hasKl = true;             ///< of all of them; otherwise perplexity has to tell which is closest
};

/// The groups of evaluated runs: the baseline's first, where it was evaluated, then the largest.
std::vector<ScoredAlike> scoredAlike(const Report& report);

/// What tells which of some runs is closest to full precision: KL, or perplexity where it is not known of all.
double distanceOf(const ComparisonRow& row, const ScoredAlike& group);
const char* distanceName(const ScoredAlike& group); ///< "KL divergence (nats per token)", "perplexity"

/// The run of the smallest distance; of equals the smallest, then the first.
std::size_t closest(const Report& report, const ScoredAlike& group);

/// The runs that no other one of the group beats in both size and distance, the smallest first; of runs equal in both
/// the first.
std::vector<std::size_t> paretoFront(const Report& report, const ScoredAlike& group);

/// The place of the baseline in the report, if it has one.
std::optional<std::size_t> baselineOf(const Report& report);

/// What came out, in a few sentences made of the numbers alone.
std::vector<std::string> verdict(const Report& report);

} // namespace vernier
