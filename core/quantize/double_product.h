#pragma once

#include "core/tensor/matrix.h"

namespace vernier {

/// c += alpha · a · bᵀ in double precision on the calling thread; a [m, k], b [n, k], c [m, n], any strides, c apart
/// from a and b. Meant for tiles: m and n of a few hundred, any k.
void addProductTransposed(MatrixView<const double> a, MatrixView<const double> b, MatrixView<double> c, double alpha);

} // namespace vernier
