#pragma once

#include "core/quantize/scheme.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <vector>

namespace vernier {

struct GridParameters;

/// Holds a linear's weight as codes on a grid. What a file stores of it is
///     stored[row, column] = scale[row, g] · (level(code) − zero[row, g]) + minimum[row, g],   g = groupOf(column),
/// and the weight it stands for in the unchanged model is outputScale[row] · stored[row, column] / inputScale[column].
struct QuantizedLinear {
    Scheme scheme{};
    Index out = 0, in = 0;
    std::vector<std::uint8_t> codes;      ///< [out, in], row-major, 0 … 2^bits − 1
    std::vector<float> scales;            ///< [out, groups]; of Nvfp4 with the tensor's scale multiplied in
    std::vector<std::uint8_t> zeros;      ///< [out, groups], zero points as codes; 0 where codes are floats
    std::vector<float> minimums;          ///< [out, groups] of Q4_1 and Q5_1; empty for others
    float tensorScale = 1.0f;             ///< of Nvfp4: scale / tensorScale is an E4M3 number
    std::vector<std::int32_t> groupIndex; ///< [in] group of each column (g_idx); empty: column / group width
    std::vector<float> inputScales; ///< [in] factors the weight's columns were multiplied by, to be divided out of what
                                    ///< comes before (AWQ, SmoothQuant); empty for none
    std::vector<float> outputScales; ///< [out] factors the weight's rows were divided by, since the linear behind this
                                     ///< one was multiplied by them; empty for none

    Index groups() const { return scheme.groups(in); }
    Index groupOf(Index column) const {
        return groupIndex.empty() ? column / scheme.groupWidth(in) : groupIndex[static_cast<std::size_t>(column)];
    }
    Matrix storedWeight() const; ///< [out, in], what the codes say
    Matrix dequantize() const;   ///< [out, in], what takes the place of the original weight

    /// Bytes of codes (bits each), scales (16 bits where the format does not say), zero points (bits each, none when
    /// symmetric), minimums and, where it is kept, the group index; input and output scales are folded into what stands
    /// before and cost nothing.
    std::uint64_t storedBytes() const;
};

/// What QuantizedLinear::storedBytes() will be of a weight [out, in] on a grid, with or without a group index.
std::uint64_t storedBytes(const Scheme& scheme, Index out, Index in, bool keepsIndex);

/// Makes room for the codes and grids of a weight [out, in], all zero. Throws Error{Input} when the scheme is invalid
/// or the weight is empty.
QuantizedLinear emptyLinear(const Scheme& scheme, Index out, Index in);

/// Keeps the grid of a row's group.
void storeGrid(QuantizedLinear& linear, Index row, Index group, const GridParameters& grid);

} // namespace vernier
