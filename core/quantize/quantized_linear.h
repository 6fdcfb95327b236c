#pragma once

#include "core/quantize/scheme.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <vector>

namespace vernier {

/// Holds a linear's weight as codes on a grid. The weight it stands for is
/// scale[row, group(column)] · (code − zero[row, group(column)]) / inputScale[column].
struct QuantizedLinear {
    Scheme scheme{};
    Index out = 0, in = 0;
    std::vector<std::uint8_t> codes; ///< [out, in], row-major, 0 … 2^bits − 1
    std::vector<float> scales;       ///< [out, groups]
    std::vector<std::uint8_t> zeros; ///< [out, groups], zero points as codes
    std::vector<float> inputScales; ///< [in] factors the weight was multiplied by before rounding (AWQ); empty for none

    Index groups() const { return scheme.groups(in); }
    Matrix dequantize() const; ///< [out, in]

    /// Bytes of codes (bits each), scales (16 bits) and zero points (bits each, none when symmetric); input scales are
    /// folded into what comes before and cost nothing.
    std::uint64_t storedBytes() const;
};

/// Makes room for the codes and grids of a weight [out, in], all zero. Throws Error{Input} when the scheme is invalid
/// or the weight is empty.
QuantizedLinear emptyLinear(const Scheme& scheme, Index out, Index in);

} // namespace vernier
