#pragma once

#include "core/base/job.h"
#include "core/calibrate/gram.h"

#include <cstdint>

namespace vernier {

/// Says from where on an eigenvalue and a channel count.
struct GramHealthOptions {
    double rankTolerance = 1e-6; ///< share of the largest eigenvalue; what is below may be the rounding of the sum
    double coverageShare = 0.1;  ///< share of the median channel's rms

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// Says how well a Gram describes what a linear reads, before anything is quantized with it.
struct GramHealth {
    Index channels = 0;
    std::uint64_t tokens = 0;
    Index numericalRank = 0;    ///< eigenvalues above the tolerance; of an estimate at least so many
    double effectiveRank = 0;   ///< exp of the entropy of the eigenvalues over their sum (Roy & Vetterli 2007)
    double log10Condition = 0;  ///< largest over smallest eigenvalue; 7 at most, where float32 sums end
    Index deadChannels = 0;     ///< that were zero in every token
    double channelCoverage = 0; ///< share of channels whose rms is at least the stated share of the median one's
    bool estimated = false;     ///< from a part of the eigenvalues

    bool seen() const { return tokens > 0; }
    bool operator==(const GramHealth&) const = default;
};

/// Grams up to so many channels are examined by all their eigenvalues; of larger ones, by those of the Nyström
/// approximation on as many columns as kNystromColumns, chosen by a pivoted Cholesky factorisation (Harbrecht, Peters &
/// Schneider 2012): these are no larger than the true ones, and what the trace has left is taken to lie evenly in the
/// other directions.
inline constexpr Index kExactEigenvalues = 1024;
inline constexpr Index kNystromColumns = 512;

/// Examines a Gram in double precision; one that saw no token has all numbers zero. Same result at any thread count.
/// Throws Error{Numeric} when it is not finite, Cancelled; a solve for eigenvalues, at most a second or so, is not cut
/// short.
GramHealth gramHealth(const Gram& gram, const GramHealthOptions& options, const JobContext& job);

} // namespace vernier
