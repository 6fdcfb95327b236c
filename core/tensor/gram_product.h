#pragma once

#include "core/base/job.h"
#include "core/tensor/matrix.h"
#include "core/tensor/precision.h"

namespace vernier {

/// gram [n, n] += xᵀ x for x [tokens, n], in tiles of fixed size, one thread each; with BF16, of x rounded half to
/// even, the products summed in float32. Only entries with column <= row are meaningful afterwards (mirrorLower()
/// completes them). The result does not depend on the number of threads, but on how tokens are split into calls, as any
/// float32 sum does. Throws Cancelled between tiles, and leaves gram half changed.
void accumulateLowerGram(MatrixView<const float> x, MatrixView<float> gram, Precision precision = Precision::F32,
                         const JobContext& job = {});

/// Copies the lower triangle of a square matrix over the upper one.
void mirrorLower(MatrixView<float> matrix);

} // namespace vernier
