#pragma once

#include "core/quantize/range_options.h"
#include "core/quantize/scheme.h"

#include <cmath>
#include <cstdint>

namespace vernier {

/// Maps numbers to codes: value = scale · (code − zero) + minimum, codes 0 … maxCode; where codes are floats, value =
/// scale · number(code). In double precision, because a scale rounded to float moves weights that lie half-way between
/// two codes.
struct GridParameters {
    double scale = 1.0;   ///< negative where the larger end lies below zero (Q4_0, Q5_0)
    double zero = 0.0;    ///< whole number in 0 … maxCode
    double minimum = 0.0; ///< of Q4_1 and Q5_1

    /// Nearest code of a line of codes, half to even, clamped; 0 for NaN.
    double encode(double value, double maxCode) const {
        const double code = std::rint((value - minimum) / scale) + zero;
        return code > 0.0 ? (code < maxCode ? code : maxCode) : 0.0;
    }
    double decode(double code) const { return scale * (code - zero) + minimum; }
};

/// Finds the grid of one row's group from its extremes by a rule (RangeRule), the range always holding zero where the
/// rule says so: scale = (hi − lo) / (2^bits − 1), zero = round(−lo / scale). A group of zeros gets the range −1 … 1.
/// Only for whole-number codes around a zero point.
GridParameters gridFromRange(double low, double high, const Scheme& scheme, RangeRule rule = RangeRule::ZeroInside);

/// Encodes w[0] … w[count − 1] on a grid, in whatever format the scheme has.
void encodeAll(const float* w, Index count, const GridParameters& grid, const Scheme& scheme, std::uint8_t* codes);
void encodeAll(const double* w, Index count, const GridParameters& grid, const Scheme& scheme, std::uint8_t* codes);

/// What codes stand for, decoded in double precision.
void decodeAll(const std::uint8_t* codes, Index count, const GridParameters& grid, const Scheme& scheme, double* w);

/// Throws Error{Numeric} naming the first row and column of a weight [out, in] that is NaN or infinite.
void requireFinite(MatrixView<const float> weight);

/// Finds the grids of a weight's groups: range, search and rounding of scales as scheme and options say. Made once per
/// weight, since a scale of the whole tensor is part of some formats. Immutable.
class GridFinder {
public:
    /// weight [out, in] is that which is about to be quantized; with a group size of 0 all rows get its grid.
    GridFinder(const Scheme& scheme, const RangeOptions& options, MatrixView<const float> weight);

    /// The grid of w[0] … w[count − 1]; importance[i] weighs the error of w[i] in a weighted search (null: all 1).
    GridParameters find(const float* w, Index count, const double* importance = nullptr) const;
    GridParameters find(const double* w, Index count, const double* importance = nullptr) const;

    const Scheme& scheme() const { return m_scheme; }
    double tensorScale() const { return m_tensorScale; } ///< of Nvfp4, else 1

private:
    template <class T>
    GridParameters findAny(const T* w, Index count, const double* importance) const;
    GridParameters fromRange(double low, double high) const;
    template <class T>
    GridParameters search(const T* w, Index count, const double* importance, double low, double high) const;

    Scheme m_scheme;
    RangeOptions m_options;
    double m_tensorScale = 1.0;
    bool m_isFixed = false;
    GridParameters m_fixed; ///< of the whole tensor
};

} // namespace vernier
