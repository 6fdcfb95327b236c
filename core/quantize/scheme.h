#pragma once

#include "core/quantize/number_format.h"
#include "core/tensor/matrix.h"

#include <string>

namespace vernier {

/// Is the number grid of quantized weights: bits, group size, symmetry, what codes mean and how scales are kept.
struct Scheme {
    int bits = 4;        ///< 2 … 8
    int groupSize = 128; ///< input columns that share a scale; -1 for one group per row, 0 for one of the whole tensor.
                         ///< The last group may be shorter
    bool symmetric = false;                      ///< zero point fixed at 2^(bits-1)
    NumberFormat format = NumberFormat::Integer; ///< others than Integer and Fp8E4M3 fix all of the above
    ScaleType scaleType = ScaleType::F32;        ///< of formats that leave it open

    /// The grid of a format with what it fixes; Integer and Fp8E4M3 get one group per row.
    static Scheme of(NumberFormat format);

    void validate() const; ///< throws Error{Input} naming the field and the allowed range

    int levels() const { return 1 << bits; }
    Index groupWidth(Index in) const { return groupSize <= 0 ? in : groupSize; }
    Index groups(Index in) const { return (in + groupWidth(in) - 1) / groupWidth(in); }
    /// Whether groups store a minimum that is added to their values (Q4_1, Q5_1).
    bool hasMinimums() const { return format == NumberFormat::Q4_1 || format == NumberFormat::Q5_1; }
    /// Bits that the scale, zero point and minimum of a group take in a file.
    int gridBits() const;
    /// "3 bits, groups of 64, asymmetric"
    std::string text() const;
    bool operator==(const Scheme&) const = default;
};

} // namespace vernier
