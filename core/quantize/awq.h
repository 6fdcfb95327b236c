#pragma once

#include "core/base/job.h"
#include "core/calibrate/gram.h"
#include "core/quantize/quantized_linear.h"

#include <span>
#include <vector>

namespace vernier {

/// Options of an AWQ scale search (Lin et al. 2023, arXiv 2306.00978).
struct AwqOptions {
    Scheme scheme{};     ///< the grid: bits, group size, symmetry
    int gridPoints = 20; ///< exponents tried: 0, 1/gridPoints, … (gridPoints − 1)/gridPoints

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// One exponent that was tried, and its summed output error tr(D H Dᵀ), H the mean Gram over tokens.
struct AwqCandidate {
    double exponent = 0;
    double loss = 0;
};

struct AwqResult {
    std::vector<QuantizedLinear> linears; ///< in the order of the weights given
    double exponent = 0;                  ///< the chosen r
    std::vector<AwqCandidate> candidates; ///< all that were tried, in order
};

/// Searches the input scales s = clamp(meanAbs^r, 1e-4) / sqrt(max s · min s) for the linears that share an input, by
/// the error Σ tr(D H Dᵀ), D = Q(W s)/s − W, found from the Gram without a forward pass, and rounds with the best; the
/// first of equal ones wins. weights are [out_i, in]; meanAbs [in] is the mean |x| per channel. Same result at any
/// thread count. Throws Cancelled when the job is stopped (checked between candidates and rows).
AwqResult quantizeAwq(std::span<const MatrixView<const float>> weights, const Gram& gram,
                      std::span<const double> meanAbs, const AwqOptions& options, JobContext& job);

} // namespace vernier
