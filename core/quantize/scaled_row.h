#pragma once

#include "core/quantize/grid.h"
#include "core/quantize/rtn.h"

namespace vernier {

/// Fills scaled [in] with a row of the weight as it is about to be rounded: columns multiplied, the row divided, groups
/// clipped. In double precision, where a product with a scale does not move weights across half a code.
void scaleRow(MatrixView<const float> weight, Index row, const RtnOptions& options, double* scaled);

/// Finds grids of the weight so scaled.
GridFinder finderFor(MatrixView<const float> weight, const RtnOptions& options);

/// Fills scaled [out, in] likewise, in float.
void scaleWeight(MatrixView<const float> weight, const RtnOptions& options, MatrixView<float> scaled);

} // namespace vernier
