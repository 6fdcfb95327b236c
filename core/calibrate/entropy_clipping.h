#pragma once

#include "core/calibrate/magnitudes.h"

namespace vernier {

/// Finds the threshold of |x| by entropy calibration (Migacz, "8-bit Inference with TensorRT", GTC 2017, the slide
/// "Entropy calibration: pseudocode"; there 2048 bins and 128 levels). For every i from the number of levels to the
/// number of bins: P is the first i bins, the counts of all others added to the last of them; Q is the first i bins
/// without those, bin j put into level ⌊j · levels / i⌋ and each level's sum spread evenly over its bins that are not
/// empty; both are divided by their sums. Returns the upper edge of the first i bins for the i of least KL(P‖Q), of
/// equal ones the largest. An i whose last bin is empty in Q but not in P is no candidate. The bins are the histogram's
/// own, never resampled. Returns the last edge when there are no more bins than levels, 0 when there are none.
double entropyThreshold(const Magnitudes& magnitudes, int levels);

} // namespace vernier
