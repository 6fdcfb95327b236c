#pragma once

#include "core/curate/document_table.h"
#include "core/dataset/calibration_set.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vernier::ui {

/// Is what documents are grouped by.
enum class MixBy { Domain, Tag, Language, Source };

/// Says how the text of a set divides into groups, beside another set.
struct MixShares {
    std::vector<std::string> groups; ///< those with most of the set first; empty names are documents of none
    std::vector<double> ofSet;       ///< per group, share of the set's tokens (documents while tokens are not counted)
    std::vector<double> ofOther;     ///< the same of the other set; empty without one
    bool byTokens = false;           ///< all tokens of both are known
};

/// Documents count as often as they stand in a set.
MixShares mixShares(const DocumentTable& table, const CalibrationSet& set, const CalibrationSet* other, MixBy by);

/// Token lengths of a set's documents in bins of equal width, a power of two, at most maxBins of them.
struct LengthHistogram {
    std::uint64_t binWidth = 1;
    std::vector<std::uint64_t> counts; ///< counts[i] covers [i · binWidth, (i + 1) · binWidth)
    std::uint64_t shortest = 0, median = 0, longest = 0;
    std::uint64_t documents = 0; ///< those whose tokens are known
};
LengthHistogram lengthHistogram(const DocumentTable& table, const CalibrationSet& set, std::size_t maxBins);

} // namespace vernier::ui
