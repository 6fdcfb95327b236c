#pragma once

#include "core/base/job.h"
#include "core/tensor/matrix.h"

namespace vernier {

/// Rows of a weight that one task of a Gram form takes: enough to make the product with the Gram worth its packing.
inline constexpr Index kGramFormRows = 256;

/// Computes tr(D H Dᵀ) of some rows D [rows, in] under a symmetric H [in, in]: products in float, their sum over rows
/// and columns in double. On the calling thread. Throws Cancelled.
double gramForm(MatrixView<const float> d, MatrixView<const float> gram, const JobContext& job = {});

} // namespace vernier
