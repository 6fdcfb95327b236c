#pragma once

#include "core/base/job.h"
#include "core/calibrate/gram.h"
#include "core/quantize/quantized_linear.h"
#include "core/quantize/range_options.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is whether scales also look at the weights' magnitudes, as AutoAWQ's do.
enum class DuoScaling {
    Off,
    Only, ///< only such scales are tried, so that leaving the weights unscaled is not among the candidates
    Both,
};

std::string name(DuoScaling duo);                     ///< "off", "only", "both"
DuoScaling duoScalingFromName(std::string_view name); ///< throws Error{Input} listing the known names

/// Options of an AWQ search (Lin et al. 2023, arXiv 2306.00978).
struct AwqOptions {
    Scheme scheme{};       ///< the grid: bits, group size, symmetry
    int gridPoints = 20;   ///< exponents tried: 0, 1/gridPoints, … (gridPoints − 1)/gridPoints
    RangeOptions ranges{}; ///< how the ranges of groups are found
    DuoScaling duoScaling = DuoScaling::Off;

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// One exponent that was tried, and its summed output error tr(D H Dᵀ), H the mean Gram over tokens.
struct AwqCandidate {
    double exponent = 0;
    bool duo = false;
    double loss = 0;
};

/// Holds the input scales that linears which share an input are multiplied by.
struct AwqScales {
    std::vector<double> scales;           ///< [in]
    double exponent = 0;                  ///< the chosen r
    bool duo = false;                     ///< the chosen scales look at the weights
    std::vector<AwqCandidate> candidates; ///< all that were tried, in order
};

/// Searches the input scales s = clamp(meanAbs^r, 1e-4) / sqrt(max s · min s) for the linears that share an input, by
/// the error Σ tr(D H Dᵀ), D = Q(W s)/s − W, found from the Gram without a forward pass; the first of equal ones wins.
/// Duo scales s = clamp(meanAbs^r / (meanWeight^(1−r) + 1e-4), 1e-4), normalised likewise, have
/// meanWeight, the mean over rows of |w| relative to the largest of its group. weights are [out_i, in]; meanAbs
/// [in] is the mean |x| per channel. Same result at any thread count. Throws Cancelled when the job is stopped (checked
/// between candidates and rows).
AwqScales findAwqScales(std::span<const MatrixView<const float>> weights, const Gram& gram,
                        std::span<const double> meanAbs, const AwqOptions& options, JobContext& job);

struct AwqResult {
    std::vector<QuantizedLinear> linears; ///< in the order of the weights given
    double exponent = 0;                  ///< the chosen r
    std::vector<AwqCandidate> candidates; ///< all that were tried, in order
};

/// Searches scales and rounds with the best.
AwqResult quantizeAwq(std::span<const MatrixView<const float>> weights, const Gram& gram,
                      std::span<const double> meanAbs, const AwqOptions& options, JobContext& job);

} // namespace vernier
