#pragma once

#include "core/calibrate/histogram.h"

#include <cstdint>
#include <vector>

namespace vernier {

/// Counts |x| in bins of one width from 0 on, from a histogram of x: its own bins folded at zero, or, where that would
/// take more than Histogram::kMaxBins of them, bins joined in pairs until it does not.
struct Magnitudes {
    double binWidth = 1;
    std::vector<std::uint64_t> counts; ///< bin i covers [i · binWidth, (i + 1) · binWidth)

    explicit Magnitudes(const Histogram& histogram);
    double upperEdge(std::size_t bin) const { return static_cast<double>(bin + 1) * binWidth; }
    /// Upper edge of the first bin up to which at least a share (0 … 1) of all magnitudes lie.
    double quantileEdge(double share) const;
};

} // namespace vernier
