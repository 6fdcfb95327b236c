#pragma once

#include "core/tensor/matrix.h"

#include <string>

namespace vernier {

/// Is the number grid of quantized weights: bits, group size, symmetry.
struct Scheme {
    int bits = 4;        ///< 2 … 8
    int groupSize = 128; ///< input columns that share a scale; -1 for one group per row. The last group may be shorter
    bool symmetric = false; ///< zero point fixed at 2^(bits-1)

    void validate() const; ///< throws Error{Input} naming the field and the allowed range

    int levels() const { return 1 << bits; }
    Index groupWidth(Index in) const { return groupSize < 0 ? in : groupSize; }
    Index groups(Index in) const { return (in + groupWidth(in) - 1) / groupWidth(in); }
    /// "3 bits, groups of 64, asymmetric"
    std::string text() const;
    bool operator==(const Scheme&) const = default;
};

} // namespace vernier
