#pragma once

#include "core/tensor/matrix.h"

namespace vernier {

// Products of plain row-major matrices with any strides. Inside a parallelFor body they stay on the calling thread; use
// them there, with tasks of fixed size, so that results do not depend on the number of threads.

/// c = a · b + beta · c; a [m, k], b [k, n], c [m, n].
void multiply(MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> c, float beta = 0.0f);

/// c = alpha · a · bᵀ + beta · c; a [m, k], b [n, k], c [m, n].
void multiplyTransposed(MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> c, float alpha = 1.0f,
                        float beta = 0.0f);

/// c = aᵀ · b + beta · c; a [k, m], b [k, n], c [m, n].
void multiplyLeftTransposed(MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> c,
                            float beta = 0.0f);

} // namespace vernier
