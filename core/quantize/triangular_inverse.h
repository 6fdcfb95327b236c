#pragma once

#include "core/base/job.h"
#include "core/tensor/matrix.h"

namespace vernier {

/// Finds the inverse Cholesky factor of a symmetric positive definite matrix [n, n] in place: reads its lower triangle
/// and leaves (L⁻¹)ᵀ in the upper one (diagonal included), matrix = L Lᵀ; what remains below has no meaning. Returns
/// false when the matrix is not positive definite. Works in tiles of fixed size, one thread each: same result at any
/// thread count. Throws Cancelled when the job is stopped (checked between tiles).
bool invertCholesky(MatrixView<double> matrix, const JobContext& job);

} // namespace vernier
