#pragma once

#include "core/calibrate/range_judge.h"
#include "core/calibrate/tap_statistics.h"

#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Says how ranges are found and judged.
struct ClippingOptions {
    ActivationGrid grid = {};
    double percentile = 99.99;       ///< 50 to 100: share of values kept
    double averagingConstant = 0.01; ///< of the moving average, per window

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
    bool operator==(const ClippingOptions&) const = default;
};

/// Finds the range of a method on a tap's histogram and judges it.
/// - MinMax: the outer edges of the histogram.
/// - Percentile: the shortest range of bin edges that leaves at most (100 − percentile)/2 percent out on each side; on
/// a
///   symmetric grid 100 − percentile of |x|.
/// - MeanSquaredError: the range of least error: what is cut at one |x| on both sides, then, unless the grid is
///   symmetric, one end at a time until nothing is gained; in steps of an eighth of an octave and then finer.
/// - Entropy: [−T, T] with the threshold T of entropyThreshold() for 2^(bits − 1) levels of |x|, and no further than
///   the histogram reaches; where nothing is negative and the grid is not symmetric [0, T] for 2^bits levels.
/// MovingAverage is not in a histogram: Error{Internal}.
ClippingRange findClippingRange(const Histogram& histogram, ClippingMethod method, const ClippingOptions& options = {});

/// Finds the range of a method for a tap: the same, but MinMax is exact, and MovingAverage is that of its windows.
ClippingRange findClippingRange(const TapStatistics& tap, ClippingMethod method, const ClippingOptions& options = {});

/// Finds a range for every channel of a tap. MinMax is exact; without histograms per channel its error is that of
/// rounding alone, scale² / 12. The other methods need them: Error{Input} when they were not gathered, and always for
/// MovingAverage.
std::vector<ClippingRange> findChannelRanges(const TapStatistics& tap, ClippingMethod method,
                                             const ClippingOptions& options = {});

/// Every method, in the order in which they are shown.
inline constexpr ClippingMethod kClippingMethods[] = {ClippingMethod::MinMax, ClippingMethod::MovingAverage,
                                                      ClippingMethod::Percentile, ClippingMethod::MeanSquaredError,
                                                      ClippingMethod::Entropy};

std::string name(ClippingMethod method); ///< "min/max", "moving average", "percentile", "MSE", "entropy"
ClippingMethod clippingMethodFromName(std::string_view name); ///< throws Error{Input} listing the known names

} // namespace vernier
