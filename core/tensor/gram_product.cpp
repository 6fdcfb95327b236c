#include "core/tensor/gemm.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <vector>

namespace vernier {

namespace {

constexpr Index kTile = 256;

struct Tile {
    Index row, col;
};

std::vector<Tile> lowerTiles(Index n) {
    std::vector<Tile> tiles;
    for (Index row = 0; row < n; row += kTile)
        for (Index col = 0; col <= row; col += kTile)
            tiles.push_back({row, col});
    return tiles;
}

} // namespace

void accumulateLowerGram(MatrixView<const float> x, MatrixView<float> gram) {
    const auto tiles = lowerTiles(x.cols);
    parallelFor(static_cast<Index>(tiles.size()), [&](Index i) {
        const auto [row, col] = tiles[static_cast<std::size_t>(i)];
        const Index rows = std::min(kTile, x.cols - row), cols = std::min(kTile, x.cols - col);
        multiplyLeftTransposed(x.colRange(row, rows), x.colRange(col, cols),
                               gram.rowRange(row, rows).colRange(col, cols), 1.0f);
    });
}

void mirrorLower(MatrixView<float> matrix) {
    const auto tiles = lowerTiles(matrix.rows);
    parallelFor(static_cast<Index>(tiles.size()), [&](Index t) {
        const auto [row, col] = tiles[static_cast<std::size_t>(t)];
        for (Index i = row; i < std::min(row + kTile, matrix.rows); ++i)
            for (Index j = col; j < std::min(col + kTile, i); ++j)
                matrix(j, i) = matrix(i, j);
    });
}

} // namespace vernier
