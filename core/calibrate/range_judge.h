#pragma once

#include "core/calibrate/histogram.h"

#include <vector>

namespace vernier {

/// Is the grid that activations are rounded to: 2^bits codes, 2 to 8 bits.
struct ActivationGrid {
    int bits = 8;
    bool symmetric = false; ///< zero point fixed at 2^(bits − 1)

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
    bool operator==(const ActivationGrid&) const = default;
};

/// Is how a clipping range is found.
enum class ClippingMethod { MinMax, MovingAverage, Percentile, MeanSquaredError, Entropy };

/// Is a range [low, high] chosen for a tap or a channel, the grid over it, and what it costs. The range always holds
/// zero. value = scale · (code − zeroPoint), code in 0 … 2^bits − 1, as the grids of the weights: scale is
/// (high − low) / (2^bits − 1), zeroPoint round(−low / scale); a symmetric range is −high … high.
struct ClippingRange {
    ClippingMethod method = ClippingMethod::MinMax;
    double low = 0, high = 0;
    double scale = 0;
    int zeroPoint = 0;
    double saturatedShare = 0; ///< share of values outside [low, high]
    double meanSquaredError = 0;
    double sqnrDb = 0; ///< signal power over error power
};

/// Lays the grid over a range, without judging it. A range of nothing but zero becomes −1 … 1.
ClippingRange layGrid(double low, double high, const ActivationGrid& grid);

/// Judges ranges on a histogram whose values are taken to lie evenly in their bins: the rounding of the very grid,
/// rounded zero point included, is integrated over each bin, so that the error is right whether steps are wider or
/// narrower than bins. Made once for a histogram, it judges quickly enough for a range that is being dragged.
class RangeJudge {
public:
    explicit RangeJudge(const Histogram& histogram);
    /// Knows the smallest and the largest value themselves, so that a range down to them leaves nothing out.
    RangeJudge(const Histogram& histogram, double smallest, double largest);

    /// Lays the grid and fills in its costs; only the grid when the histogram is empty.
    ClippingRange judge(double low, double high, const ActivationGrid& grid) const;

private:
    double m_firstEdge = 0, m_binWidth = 1;
    double m_smallest = 0, m_largest = 0;
    double m_signalPower = 0;
    std::vector<double> m_shares; ///< of all values, per bin
};

/// Judges one range; see RangeJudge.
ClippingRange judgeRange(const Histogram& histogram, double low, double high, const ActivationGrid& grid);

} // namespace vernier
