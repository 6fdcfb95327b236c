#pragma once

#include "core/base/job.h"
#include "core/calibrate/gram.h"
#include "core/quantize/rtn.h"

namespace vernier {

/// Options of AWQ's clip search.
struct AwqClipOptions {
    int steps = 20;         ///< limits tried are 1 − i / steps of the largest magnitude, i below maxShrink · steps
    double maxShrink = 0.5; ///< how far limits shrink
};

/// Finds for every group of every row the largest magnitude to keep, [out, groups], that makes the error of the group's
/// own share of the output least: dᵀ H d, d = Q(clamp(v, ±limit)) − v of the weights v scaled as the rounding says, H
/// the group's block of the mean Gram of the inputs divided by its input scales; the larger of equal limits wins. The
/// published code sums the same error over some 512 tokens instead. Same result at any thread count. Throws Cancelled.
Matrix findAwqClip(MatrixView<const float> weight, const Gram& gram, const RtnOptions& rounding,
                   const AwqClipOptions& options, const JobContext& job);

} // namespace vernier
