#pragma once

#include "core/calibrate/tap_statistics.h"
#include "core/model/model_changes.h"
#include "core/quantize/activation_scheme.h"

#include <span>
#include <string>
#include <vector>

namespace vernier {

/// Rounds each row of values [tokens, n] in place, on a grid of its own. Symmetric: scale = max|x| / (2^(bits−1) − 1)
/// and codes −2^(bits−1) … 2^(bits−1) − 1, as kernels do that find scales as they go (vLLM's int8); otherwise the grid
/// of layGrid() over the row's range and zero. With divisors [n], x / divisor is rounded and multiplied back, which is
/// what a linear whose columns were scaled reads.
void roundTokens(MatrixView<float> values, int bits, bool symmetric, std::span<const float> divisors = {});

/// Rounds all values in place on one grid: scale · (clamp(round(x / scale) + zeroPoint) − zeroPoint); divisors as
/// above.
void roundOnGrid(MatrixView<float> values, const ClippingRange& grid, int bits, std::span<const float> divisors = {});

/// The grid over all values of a linear's input, divided by scales [in] unless these are empty: by the range chosen for
/// the tap of that name, else by what the calibration saw. An input that no token reached gets −1 … 1. Throws
/// Error{Input} for scaled inputs unless the scheme takes ranges by MinMax and none is chosen, since others look at
/// values as they are, which scales change.
ClippingRange staticRange(const std::string& name, const TapStatistics& tap, const ActivationScheme& scheme,
                          std::span<const float> scales);

/// Says how the input of a group of linears is rounded.
struct InputRounding {
    bool exact = false;          ///< its linears stay in full precision
    ClippingRange range = {};    ///< of static grids
    std::vector<float> divisors; ///< [in]; empty for none
};

/// Says how the values in one block are rounded.
struct BlockActivations {
    ActivationScheme scheme;
    std::vector<InputRounding> inputs; ///< by input group
};

/// The rounding that a block of fewer bits does; holds what it needs.
BlockRounding roundingOf(BlockActivations activations);

} // namespace vernier
