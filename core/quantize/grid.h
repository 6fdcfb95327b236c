#pragma once

#include "core/quantize/scheme.h"

#include <cmath>
#include <cstdint>

namespace vernier {

/// Maps numbers to codes: value = scale · (code − zero), codes 0 … maxCode. In double precision, because a scale
/// rounded to float moves weights that lie half-way between two codes.
struct GridParameters {
    double scale = 1.0;
    double zero = 0.0; ///< whole number in 0 … maxCode

    /// Nearest code, half to even, clamped; 0 for NaN.
    double encode(double value, double maxCode) const {
        const double code = std::rint(value / scale) + zero;
        return code > 0.0 ? (code < maxCode ? code : maxCode) : 0.0;
    }
    double decode(double code) const { return scale * (code - zero); }
};

/// Finds the grid of one row's group from its extremes (weight quantizer of the GPTQ code, range always holding zero):
/// scale = (hi − lo) / (2^bits − 1), zero = round(−lo / scale); symmetric: hi = max|w|, lo = −hi, zero = 2^(bits−1).
/// A group of zeros gets the range −1 … 1.
GridParameters gridFromRange(double low, double high, const Scheme& scheme);

/// Same, from the extremes of w[0] … w[count − 1].
GridParameters gridOf(const float* w, Index count, const Scheme& scheme);
GridParameters gridOf(const double* w, Index count, const Scheme& scheme);

/// Encodes w[0] … w[count − 1] on a grid of maxCode + 1 codes.
void encodeAll(const float* w, Index count, const GridParameters& grid, int maxCode, std::uint8_t* codes);
void encodeAll(const double* w, Index count, const GridParameters& grid, int maxCode, std::uint8_t* codes);

/// Throws Error{Numeric} naming the first row and column of a weight [out, in] that is NaN or infinite.
void requireFinite(MatrixView<const float> weight);

} // namespace vernier
