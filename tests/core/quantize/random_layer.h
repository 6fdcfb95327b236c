#pragma once

#include "core/calibrate/gram.h"

#include <cstdint>
#include <vector>

namespace vernier::test {

/// Is a weight [out, in] and what calibration would find out about its inputs: correlated channels, a few of them
/// outliers.
struct RandomLayer {
    Matrix weight;
    Gram gram;
    std::vector<double> meanAbs; ///< [in]
};
RandomLayer randomLayer(Index out, Index in, unsigned seed, Index tokens = 600);

/// tr(D H Dᵀ), D = a − b, H the mean Gram plus damp on its diagonal; naive, in double.
double naiveError(const Matrix& a, const Matrix& b, const Gram& gram, double damp = 0);

/// Share of equal codes.
double agreement(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b);

} // namespace vernier::test
