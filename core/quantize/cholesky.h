#pragma once

#include "core/base/job.h"
#include "core/tensor/matrix.h"

namespace vernier {

/// Factorises a symmetric positive definite matrix [n, n] = L Lᵀ in place: reads its lower triangle and leaves L there.
/// Returns false, with the matrix half changed, when it is not positive definite. Works in tiles of fixed size, one
/// thread each: same result at any thread count. Throws Cancelled when the job is stopped (checked between tiles).
bool factoriseCholesky(MatrixView<double> matrix, const JobContext& job);

} // namespace vernier
