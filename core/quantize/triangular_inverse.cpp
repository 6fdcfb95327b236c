// Tiles are spread over threads here; Eigen keeps to the one it is called on.
#define EIGEN_DONT_PARALLELIZE

#include "core/quantize/triangular_inverse.h"

#include "core/quantize/double_product.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <type_traits>
#include <vector>

#include <Eigen/Cholesky>

namespace vernier {

namespace {

constexpr Index kTile = 192;

// A square tile of doubles of its own.
struct Tile {
    std::vector<double> values = std::vector<double>(static_cast<std::size_t>(kTile * kTile));
    MatrixView<double> view(Index rows, Index cols) { return {values.data(), rows, cols, kTile}; }
    MatrixView<const double> view(Index rows, Index cols) const { return {values.data(), rows, cols, kTile}; }
};

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class T>
auto asEigen(MatrixView<T> view) {
    using Plain = std::conditional_t<std::is_const_v<T>, const RowMajor, RowMajor>;
    return Eigen::Map<Plain, Eigen::Unaligned, Eigen::OuterStride<>>(view.data, view.rows, view.cols,
                                                                     Eigen::OuterStride<>(view.stride));
}

// The inverse of the Cholesky factor of one tile, from its lower triangle; false when it is not positive definite.
bool invertFactor(MatrixView<const double> tile, MatrixView<double> inverse) {
    const Eigen::LLT<RowMajor> factor(asEigen(tile));
    if (factor.info() != Eigen::Success || !factor.matrixLLT().diagonal().allFinite())
        return false;
    auto target = asEigen(inverse);
    target.setIdentity();
    factor.matrixL().solveInPlace(target);
    return true;
}

// One matrix cut into tiles, and the inverses of its factor's diagonal tiles.
struct TiledMatrix {
    MatrixView<double> matrix;
    std::vector<Tile> diagonalInverses;

    explicit TiledMatrix(MatrixView<double> m) : matrix(m), diagonalInverses(static_cast<std::size_t>(tiles())) {}

    Index tiles() const { return (matrix.rows + kTile - 1) / kTile; }
    Index first(Index tile) const { return tile * kTile; }
    Index size(Index tile) const { return std::min(kTile, matrix.rows - first(tile)); }
    MatrixView<double> block(Index row, Index col) const { return blocks(row, col, col + 1); }
    MatrixView<double> blocks(Index row, Index colBegin, Index colEnd) const {
        const Index end = std::min(first(colEnd), matrix.cols);
        return matrix.rowRange(first(row), size(row)).colRange(first(colBegin), end - first(colBegin));
    }
    MatrixView<const double> diagonalInverse(Index tile) const {
        return diagonalInverses[static_cast<std::size_t>(tile)].view(size(tile), size(tile));
    }
    MatrixView<double> diagonalInverse(Index tile) {
        return diagonalInverses[static_cast<std::size_t>(tile)].view(size(tile), size(tile));
    }
};

// target = alpha · target · diagonalInverseᵀ, through a copy.
void multiplyByDiagonal(MatrixView<double> target, MatrixView<const double> diagonalInverse, double alpha) {
    Tile copyTile;
    const MatrixView<double> copy = copyTile.view(target.rows, target.cols);
    for (Index i = 0; i < target.rows; ++i) {
        std::copy_n(target.row(i), target.cols, copy.row(i));
        std::fill_n(target.row(i), target.cols, 0.0);
    }
    addProductTransposed(copy, diagonalInverse, target, alpha);
}

// Left-looking: a column of tiles takes all earlier columns at once, so that almost all work is one long product.
bool factorise(TiledMatrix& tiled, const JobContext& job) {
    for (Index k = 0; k < tiled.tiles(); ++k) {
        const Index below = tiled.tiles() - k;
        if (k > 0)
            parallelFor(below, [&](Index i) {
                job.throwIfCancelled();
                addProductTransposed(tiled.blocks(k + i, 0, k), tiled.blocks(k, 0, k), tiled.block(k + i, k), -1.0);
            });
        job.throwIfCancelled();
        if (!invertFactor(tiled.block(k, k), tiled.diagonalInverse(k)))
            return false;
        parallelFor(below - 1,
                    [&](Index i) { multiplyByDiagonal(tiled.block(k + 1 + i, k), tiled.diagonalInverse(k), 1.0); });
    }
    return true;
}

// Row j of tiles of (L⁻¹)ᵀ, left to right. With X = L⁻¹ and i > j,
// X[i, j]ᵀ = −(Σ_{j <= p < i} X[p, j]ᵀ L[i, p]ᵀ) L[i, i]⁻ᵀ; the term p = j comes from the diagonal inverse.
void invertRow(const TiledMatrix& tiled, Index j, const JobContext& job) {
    const MatrixView<const double> inverse = tiled.diagonalInverse(j);
    Tile startTile;
    const MatrixView<double> start = startTile.view(inverse.cols, inverse.rows);
    for (Index row = 0; row < start.rows; ++row)
        for (Index col = 0; col < start.cols; ++col)
            start(row, col) = inverse(col, row);
    for (Index i = j + 1; i < tiled.tiles(); ++i) {
        job.throwIfCancelled();
        const MatrixView<double> target = tiled.block(j, i);
        for (Index row = 0; row < target.rows; ++row)
            std::fill_n(target.row(row), target.cols, 0.0);
        addProductTransposed(start, tiled.block(i, j), target, 1.0);
        if (i > j + 1)
            addProductTransposed(tiled.blocks(j, j + 1, i), tiled.blocks(i, j + 1, i), target, 1.0);
        multiplyByDiagonal(target, tiled.diagonalInverse(i), -1.0);
    }
}

} // namespace

bool invertCholesky(MatrixView<double> matrix, const JobContext& job) {
    TiledMatrix tiled(matrix);
    if (!factorise(tiled, job))
        return false;
    parallelFor(tiled.tiles(), [&](Index j) { invertRow(tiled, j, job); });
    for (Index j = 0; j < tiled.tiles(); ++j) {
        const MatrixView<double> block = tiled.block(j, j), inverse = tiled.diagonalInverse(j);
        for (Index row = 0; row < block.rows; ++row)
            for (Index col = row; col < block.cols; ++col)
                block(row, col) = inverse(col, row);
    }
    return true;
}

} // namespace vernier
