#pragma once

// Tiles are spread over threads by the callers; Eigen keeps to the one it is called on.
#define EIGEN_DONT_PARALLELIZE

#include "core/quantize/double_product.h"

#include <algorithm>
#include <type_traits>
#include <vector>

#include <Eigen/Dense>

namespace vernier {

// Parts of the Cholesky factorisation and of the triangular inverse.

inline constexpr Index kDoubleTile = 192;

/// Holds a square tile of doubles of its own.
struct DoubleTile {
    std::vector<double> values = std::vector<double>(static_cast<std::size_t>(kDoubleTile * kDoubleTile));
    MatrixView<double> view(Index rows, Index cols) { return {values.data(), rows, cols, kDoubleTile}; }
    MatrixView<const double> view(Index rows, Index cols) const { return {values.data(), rows, cols, kDoubleTile}; }
};

/// Views a square matrix cut into tiles; those at its end are smaller.
struct DoubleTiles {
    MatrixView<double> matrix;

    Index count() const { return (matrix.rows + kDoubleTile - 1) / kDoubleTile; }
    Index first(Index tile) const { return tile * kDoubleTile; }
    Index size(Index tile) const { return std::min(kDoubleTile, matrix.rows - first(tile)); }
    MatrixView<double> block(Index row, Index col) const { return blocks(row, col, col + 1); }
    MatrixView<double> blocks(Index row, Index colBegin, Index colEnd) const {
        const Index end = std::min(first(colEnd), matrix.cols);
        return matrix.rowRange(first(row), size(row)).colRange(first(colBegin), end - first(colBegin));
    }
};

using RowMajorDoubles = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class T>
auto asEigen(MatrixView<T> view) {
    using Plain = std::conditional_t<std::is_const_v<T>, const RowMajorDoubles, RowMajorDoubles>;
    return Eigen::Map<Plain, Eigen::Unaligned, Eigen::OuterStride<>>(view.data, view.rows, view.cols,
                                                                     Eigen::OuterStride<>(view.stride));
}

/// inverse = the inverse of the lower triangle of one tile, zeros above it.
inline void invertLowerTile(MatrixView<const double> tile, MatrixView<double> inverse) {
    auto target = asEigen(inverse);
    target.setIdentity();
    asEigen(tile).triangularView<Eigen::Lower>().solveInPlace(target);
}

/// target = alpha · target · inverseᵀ through a copy, inverse [n, n] lower triangular of one tile.
void multiplyByInverse(MatrixView<double> target, MatrixView<const double> inverse, double alpha);

} // namespace vernier
