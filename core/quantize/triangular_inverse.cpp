#include "core/quantize/triangular_inverse.h"

#include "core/quantize/double_tiles.h"
#include "core/tensor/gemm.h"
#include "core/tensor/parallel.h"

namespace vernier {

namespace {

constexpr Index kFloatTile = 256;
constexpr Index kCopyTile = 64;
// Below this size the inverse in double costs some hundredths of a second.
constexpr Index kLeastFloatSize = 1024;
// Up to here codes from both inverses agree with those of the plain form in double equally often.
constexpr double kMostCancelled = 16;

// Row j of tiles of (L⁻¹)ᵀ, left to right, above the diagonal of tiles. With X = L⁻¹ and i > j,
// X[i, j]ᵀ = −(Σ_{j <= p < i} X[p, j]ᵀ L[i, p]ᵀ) L[i, i]⁻ᵀ; the term p = j comes from the diagonal inverse.
void invertRow(const DoubleTiles& tiles, const std::vector<DoubleTile>& inverses, Index j, const JobContext& job) {
    const auto inverse = [&](Index tile) {
        return inverses[static_cast<std::size_t>(tile)].view(tiles.size(tile), tiles.size(tile));
    };
    DoubleTile startTile;
    const MatrixView<double> start = startTile.view(tiles.size(j), tiles.size(j));
    for (Index row = 0; row < start.rows; ++row)
        for (Index col = 0; col < start.cols; ++col)
            start(row, col) = inverse(j)(col, row);
    for (Index i = j + 1; i < tiles.count(); ++i) {
        job.throwIfCancelled();
        const MatrixView<double> target = tiles.block(j, i);
        for (Index row = 0; row < target.rows; ++row)
            std::fill_n(target.row(row), target.cols, 0.0);
        addProductTransposed(start, tiles.block(i, j), target, 1.0);
        if (i > j + 1)
            addProductTransposed(tiles.blocks(j, j + 1, i), tiles.blocks(i, j + 1, i), target, 1.0);
        multiplyByInverse(target, inverse(i), -1.0);
    }
}

void invertInDouble(MatrixView<double> factor, MatrixView<float> upper, const JobContext& job) {
    const DoubleTiles tiles{factor};
    const Index n = factor.rows;
    std::vector<DoubleTile> inverses(static_cast<std::size_t>(tiles.count()));
    const auto inverse = [&](Index tile) {
        return inverses[static_cast<std::size_t>(tile)].view(tiles.size(tile), tiles.size(tile));
    };
    parallelFor(tiles.count(), [&](Index tile) { invertLowerTile(tiles.block(tile, tile), inverse(tile)); });
    parallelFor(tiles.count(), [&](Index j) { invertRow(tiles, inverses, j, job); });
    for (Index j = 0; j < tiles.count(); ++j)
        for (Index row = 0; row < tiles.size(j); ++row)
            for (Index col = row; col < tiles.size(j); ++col)
                tiles.block(j, j)(row, col) = inverse(j)(col, row);
    // Tile by tile since one side runs across the rows of the other.
    parallelFor((n + kCopyTile - 1) / kCopyTile, [&](Index tile) {
        const Index rowEnd = std::min(n, (tile + 1) * kCopyTile);
        for (Index a = tile * kCopyTile; a < rowEnd; ++a)
            std::fill_n(upper.row(a), a, 0.0f);
        for (Index col = tile * kCopyTile; col < n; col += kCopyTile)
            for (Index a = tile * kCopyTile; a < rowEnd; ++a)
                for (Index b = std::max(a, col); b < std::min(n, col + kCopyTile); ++b)
                    upper(a, b) = static_cast<float>(factor(n - 1 - b, n - 1 - a));
    });
}

// Tiles of the result, which until the end holds V = J Lᵀ J below its diagonal tiles.
struct FloatTiles {
    MatrixView<float> matrix;

    Index count() const { return (matrix.rows + kFloatTile - 1) / kFloatTile; }
    Index first(Index tile) const { return tile * kFloatTile; }
    Index size(Index tile) const { return std::min(kFloatTile, matrix.rows - first(tile)); }
    MatrixView<float> blocks(Index row, Index colBegin, Index colEnd) const {
        const Index end = std::min(first(colEnd), matrix.cols);
        return matrix.rowRange(first(row), size(row)).colRange(first(colBegin), end - first(colBegin));
    }
};

// A row of tiles of V up to the diagonal, and the inverse of the tile on it, found in double.
void fillRow(MatrixView<const double> factor, const FloatTiles& tiles, Index tile) {
    const Index n = factor.rows, first = tiles.first(tile), size = tiles.size(tile);
    for (Index row = first; row < first + size; row += kCopyTile)
        for (Index col = 0; col < first; col += kCopyTile)
            for (Index a = row; a < std::min(first + size, row + kCopyTile); ++a)
                for (Index b = col; b < std::min(first, col + kCopyTile); ++b)
                    tiles.matrix(a, b) = static_cast<float>(factor(n - 1 - b, n - 1 - a));
    RowMajorDoubles inverse(size, size);
    invertLowerTile(factor.rowRange(n - first - size, size).colRange(n - first - size, size),
                    {inverse.data(), size, size});
    for (Index a = 0; a < size; ++a)
        for (Index b = 0; b < size; ++b)
            tiles.matrix(first + a, first + b) = static_cast<float>(inverse(size - 1 - a, size - 1 - b));
}

// Row a of tiles of the result U = R⁻¹, left to right, R = Vᵀ: U[a, b] = −(Σ_{a <= p < b} U[a, p] R[p, b]) R[b, b]⁻¹.
void invertRow(const FloatTiles& tiles, Index a, const JobContext& job) {
    Matrix sum(kFloatTile, kFloatTile);
    for (Index b = a + 1; b < tiles.count(); ++b) {
        job.throwIfCancelled();
        const MatrixView<float> sums(sum.data(), tiles.size(a), tiles.size(b), kFloatTile);
        multiplyTransposed(tiles.blocks(a, a, b), tiles.blocks(b, a, b), sums, -1.0f);
        const MatrixView<float> inverse = tiles.blocks(b, b, b + 1), target = tiles.blocks(a, b, b + 1);
        // The left half of the product needs only the upper left quarter of the triangle.
        const Index half = tiles.size(b) / 2;
        if (half > 0)
            multiply(sums.colRange(0, half), inverse.rowRange(0, half).colRange(0, half), target.colRange(0, half));
        multiply(sums, inverse.colRange(half, tiles.size(b) - half), target.colRange(half, tiles.size(b) - half));
    }
}

void invertInFloat(MatrixView<const double> factor, MatrixView<float> upper, const JobContext& job) {
    const FloatTiles tiles{upper};
    // The longest rows first, so that threads end together.
    parallelFor(tiles.count(), [&](Index i) { fillRow(factor, tiles, tiles.count() - 1 - i); });
    parallelFor(tiles.count(), [&](Index a) { invertRow(tiles, a, job); });
    parallelFor(tiles.count(), [&](Index a) {
        for (Index row = tiles.first(a); row < tiles.first(a) + tiles.size(a); ++row)
            std::fill_n(upper.row(row), row, 0.0f);
    });
}

// What is left of a channel once those before it are known is L[i, i]; against the channel's own size, the length of
// row i, it tells how much the sums cancel, whatever the units of the channels.
bool suitsFloat(MatrixView<const double> factor) {
    if (factor.rows < kLeastFloatSize)
        return false;
    std::vector<double> most(static_cast<std::size_t>((factor.rows + kCopyTile - 1) / kCopyTile));
    parallelFor(std::ssize(most), [&](Index tile) {
        for (Index i = tile * kCopyTile; i < std::min(factor.rows, (tile + 1) * kCopyTile); ++i) {
            const Eigen::Map<const Eigen::VectorXd> row(factor.row(i), i + 1);
            double& worst = most[static_cast<std::size_t>(tile)];
            worst = std::max(worst, row.norm() / row(i));
        }
    });
    return *std::max_element(most.begin(), most.end()) <= kMostCancelled;
}

} // namespace

void invertReversed(MatrixView<double> factor, MatrixView<float> upper, const JobContext& job, InverseSums sums) {
    if (sums == InverseSums::Float || (sums == InverseSums::Automatic && suitsFloat(factor)))
        invertInFloat(factor, upper, job);
    else
        invertInDouble(factor, upper, job);
}

} // namespace vernier
