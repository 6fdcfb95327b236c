#include "core/quantize/cholesky.h"

#include "core/quantize/double_tiles.h"
#include "core/tensor/parallel.h"

#include <atomic>

namespace vernier {

namespace {

constexpr Index kStrip = 48;

// The Cholesky factor of one tile, in its lower triangle, and the inverse of that; false when it is not positive
// definite.
bool factoriseTile(MatrixView<double> tile, MatrixView<double> inverse) {
    const Eigen::LLT<RowMajorDoubles> factor(asEigen(tile));
    if (factor.info() != Eigen::Success || !factor.matrixLLT().diagonal().allFinite())
        return false;
    asEigen(tile).triangularView<Eigen::Lower>() = factor.matrixL();
    invertLowerTile(tile, inverse);
    return true;
}

} // namespace

// A strip of columns of the product needs nothing of the triangle behind its own end.
void multiplyByInverse(MatrixView<double> target, MatrixView<const double> inverse, double alpha) {
    DoubleTile copyTile;
    const MatrixView<double> copy = copyTile.view(target.rows, target.cols);
    for (Index i = 0; i < target.rows; ++i) {
        std::copy_n(target.row(i), target.cols, copy.row(i));
        std::fill_n(target.row(i), target.cols, 0.0);
    }
    for (Index first = 0; first < target.cols; first += kStrip) {
        const Index cols = std::min(kStrip, target.cols - first), depth = first + cols;
        addProductTransposed(copy.colRange(0, depth), inverse.rowRange(first, cols).colRange(0, depth),
                             target.colRange(first, cols), alpha);
    }
}

// Left-looking: a column of tiles takes all earlier columns at once, so that almost all work is one long product. The
// tile on the diagonal comes first and is factorised by one thread while others still multiply.
bool factoriseCholesky(MatrixView<double> matrix, const JobContext& job) {
    const DoubleTiles tiles{matrix};
    PackedDoubles across(kDoubleTile, tiles.first(tiles.count() - 1));
    DoubleTile inverseTile;
    for (Index k = 0; k < tiles.count(); ++k) {
        const MatrixView<const double> row = tiles.blocks(k, 0, k);
        across.reshape(row.rows, row.cols);
        parallelFor(across.pieces(), [&](Index piece) { across.packPiece(row, piece); });
        const Index below = tiles.count() - k;
        const MatrixView<double> inverse = inverseTile.view(row.rows, row.rows);
        std::atomic<bool> isPositive = true;
        parallelFor(below, [&](Index i) {
            job.throwIfCancelled();
            addProductTransposed(tiles.blocks(k + i, 0, k), across, tiles.block(k + i, k), -1.0);
            if (i == 0)
                isPositive = factoriseTile(tiles.block(k, k), inverse);
        });
        if (!isPositive)
            return false;
        parallelFor(below - 1, [&](Index i) { multiplyByInverse(tiles.block(k + 1 + i, k), inverse, 1.0); });
    }
    return true;
}

} // namespace vernier
