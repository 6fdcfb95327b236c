#pragma once

#include "core/base/job.h"
#include "core/quantize/quantized_linear.h"
#include "core/tensor/matrix.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace vernier {

/// Holds a linear's weight [out, in] and what quantization made of it.
struct LinearWeights {
    Matrix original;
    std::optional<QuantizedLinear> codes; ///< none where the weight was kept or nothing was quantized
    Matrix dequantized;                   ///< codes->dequantize(); empty without codes
};

/// Is what can be looked at of a linear's weight.
enum class WeightQuantity {
    Original,
    Dequantized,
    Error,    ///< dequantized − original
    Codes,    ///< as codeValues() says
    Scales,   ///< [out, groups]
    Zeros,    ///< [out, groups] zero points, as codes
    Minimums, ///< [out, groups]
};

/// Whether a quantity has a value per group of columns rather than per column.
constexpr bool isOfGroups(WeightQuantity quantity) {
    return quantity == WeightQuantity::Scales || quantity == WeightQuantity::Zeros ||
           quantity == WeightQuantity::Minimums;
}

/// Those that a linear has, in the order above: float codes have no zero points, few formats have minimums.
std::vector<WeightQuantity> quantitiesOf(const LinearWeights& linear);

/// Is how a quantity lies in a linear, and how to colour it.
struct QuantityFacts {
    Index rows = 0, columns = 0;
    double low = 0, high = 0; ///< where colours end: of codes and zero points the ends of the grid, of scales and
                              ///< minimums their range, of the others the reach that all but one in a thousand keep
    bool isSigned = false;    ///< zero is the middle, low = −high
};

/// Throws Error{Input} where the linear does not have the quantity.
QuantityFacts factsOf(const LinearWeights& linear, WeightQuantity quantity);

/// One element. The quantity and the place must be there.
double valueAt(const LinearWeights& linear, WeightQuantity quantity, Index row, Index column);

/// Is a rectangle of a quantity's rows and columns.
struct WeightRegion {
    Index firstRow = 0, firstColumn = 0;
    Index rows = 0, columns = 0;
    bool operator==(const WeightRegion&) const = default;
};

/// Shows a region in cells that stand for blocks of it: of each block the value furthest from nothing, with its sign,
/// so that no large error is lost between cells. Nothing is 0; for codes of a line it is the zero point, for zero
/// points the middle of the grid.
struct WeightMap {
    WeightRegion region;
    Index rowsPerCell = 1, columnsPerCell = 1; ///< 1 and 1: every element is shown; the last cells may hold fewer
    Matrix cells;                              ///< [⌈rows / rowsPerCell⌉, ⌈columns / columnsPerCell⌉]

    bool isExact() const { return rowsPerCell == 1 && columnsPerCell == 1; }
};

/// Maps a region, cut to what there is, in at most mostCells by mostCells cells. Throws Error{Input} where the linear
/// does not have the quantity or nothing of the region lies inside, Cancelled when the job is stopped.
WeightMap weightMap(const LinearWeights& linear, WeightQuantity quantity, const WeightRegion& region, Index mostCells,
                    const JobContext& job);

} // namespace vernier
