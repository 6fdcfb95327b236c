#pragma once

#include "core/base/job.h"
#include "core/calibrate/gram.h"
#include "core/tensor/matrix.h"

namespace vernier {

/// Says how far a changed weight moves a linear's output over the calibration tokens.
struct OutputError {
    double error = 0;  ///< tr(dW H dWᵀ) / tokens, mean squared output error summed over outputs
    double signal = 0; ///< tr(W H Wᵀ) / tokens

    double relative() const { return signal > 0 ? error / signal : 0; }
    double sqnrDb() const; ///< 10 log10(signal / error); +infinity when error is 0
};

/// Compares original and changed [out, in] under a Gram, in double precision sums. Same result at any thread count.
/// Throws Cancelled.
OutputError outputError(MatrixView<const float> original, MatrixView<const float> changed, const Gram& gram,
                        const JobContext& job = {});

} // namespace vernier
