#pragma once

#include "core/calibrate/tap_statistics.h"

namespace vernier {

/// Jensen–Shannon divergence of two histograms in bits (Lin 1991): 0 when their shares are equal, 1 when no bin is in
/// both. The shares are compared in the bins of the wider of the two, which hold those of the finer exactly. Few values
/// over many bins differ by chance alone, by about bins / (8 ln 2) · (1/n + 1/m) bits. NaN when one is empty;
/// symmetric.
double jensenShannon(const Histogram& a, const Histogram& b);

/// Says how far what a tap sees has moved from what it was calibrated on.
struct TapDrift {
    double divergence = 0;  ///< jensenShannon of the histograms, bits
    double outside = 0;     ///< share of the new values beyond the smallest and largest calibrated on
    double rangeGrowth = 0; ///< largest new |x| over the largest calibrated on; above 1 is clipped by min/max
};

/// Compares a tap's statistics on other text with those it was calibrated on. All NaN when one saw no token.
TapDrift tapDrift(const TapStatistics& calibrated, const TapStatistics& other);

} // namespace vernier
