#pragma once

#include "core/base/job.h"
#include "core/tensor/matrix.h"

#include <array>
#include <vector>

namespace vernier {

/// Places documents in a plane, for a map of them.
struct PrincipalMap {
    std::vector<float> x, y;              ///< per document, along the first and the second principal component
    std::array<double, 2> explained = {}; ///< share of the variance that each of the two carries
};

/// Projects rows [documents, size] on their two directions of largest variance (principal component analysis). The
/// largest entry of each direction is made positive, so that the same rows give the same picture. With one column, y is
/// zero. Costs size³ beside one product; meant for sizes up to about a thousand.
PrincipalMap principalMap(MatrixView<const float> rows, JobContext& job);

} // namespace vernier
