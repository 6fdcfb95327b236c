#pragma once

#include "core/base/job.h"
#include "core/tensor/matrix.h"

namespace vernier {

/// Is how the long sums of a triangular inverse are taken.
enum class InverseSums {
    Double,
    Float,     ///< about three times as fast
    Automatic, ///< in float where its error cannot be told from that of the float result
};

/// upper [n, n] = J L⁻¹ J, an upper triangular matrix (J turns the order of rows or columns), zeros below; L [n, n] is
/// the lower triangle of `factor`, whose upper one is used as workspace. Automatic takes double for small matrices and
/// where a row of L is more than 16 times as long as its diagonal element. Same result at any thread count. Throws
/// Cancelled when the job is stopped (checked between tiles).
void invertReversed(MatrixView<double> factor, MatrixView<float> upper, const JobContext& job,
                    InverseSums sums = InverseSums::Automatic);

} // namespace vernier
