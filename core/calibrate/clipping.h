#pragma once

#include "core/calibrate/histogram.h"

#include <string>
#include <vector>

namespace vernier {

/// Is how a clipping range is found.
enum class ClippingMethod { MinMax, Percentile, MeanSquaredError };

/// Is a range [low, high] chosen for a tap, and what it costs on that tap's histogram at a number of bits.
struct ClippingRange {
    ClippingMethod method = ClippingMethod::MinMax;
    double low = 0, high = 0;
    double saturatedShare = 0; ///< share of values outside
    double meanSquaredError = 0;
    double sqnrDb = 0; ///< signal power over error power, both from bin centres
};

/// Judges a range on a histogram: an asymmetric grid of 2^bits levels over it, rounding noise inside, clipping outside.
ClippingRange judgeRange(const Histogram& histogram, double low, double high, int bits);

/// Finds the range of a method: the whole range; the shortest that leaves (100 − percentile)/2 percent out on each
/// side; or, moving one end at a time in steps of a hundredth until nothing is gained, the one of least mean squared
/// error.
ClippingRange findClippingRange(const Histogram& histogram, ClippingMethod method, int bits = 8,
                                double percentile = 99.99);

std::string name(ClippingMethod method); ///< "min/max", "percentile", "MSE"

} // namespace vernier
