#pragma once

#include "core/tensor/matrix.h"

#include <memory>

namespace vernier {

/// Holds a matrix b [rows, depth] in the layout in which the right side of a product is read, packed once for many
/// products. Pieces of its depth may be packed by several threads.
class PackedDoubles {
public:
    /// Columns of b that are multiplied at a time: what of b is needed then stays in the second-level cache.
    static constexpr Index kPieceDepth = 192;

    PackedDoubles(Index maxRows, Index maxDepth); ///< room for these; holds nothing yet

    void reshape(Index rows, Index depth); ///< at most what there is room for; what was packed is lost
    Index pieces() const { return (m_depth + kPieceDepth - 1) / kPieceDepth; }
    void packPiece(MatrixView<const double> b, Index piece); ///< b: the whole matrix, of the shape set

private:
    friend void addProductTransposed(MatrixView<const double>, const PackedDoubles&, MatrixView<double>, double);

    Index m_rows = 0, m_depth = 0;
    std::unique_ptr<double[]> m_values;
};

/// c += alpha · a · bᵀ in double precision on the calling thread; a [m, k], b [n, k], c [m, n], any strides, c apart
/// from a and b. Meant for tiles: m and n of a few hundred, any k. Columns of b that c lacks are left out.
void addProductTransposed(MatrixView<const double> a, const PackedDoubles& b, MatrixView<double> c, double alpha);
void addProductTransposed(MatrixView<const double> a, MatrixView<const double> b, MatrixView<double> c, double alpha);

} // namespace vernier
