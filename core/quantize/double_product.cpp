#include "core/quantize/double_product.h"

#include "core/tensor/multiversion.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace vernier {

namespace {

// The product of two packed strips lives in registers: 4 rows by 12 columns are twelve AVX2 accumulators, which leaves
// four registers for operands (the scheme of Goto & van de Geijn 2008). A strip of b of this depth stays in the
// first-level cache, a packed block of a in the second.
constexpr Index kStripRows = 4;
constexpr Index kStripCols = 12;
constexpr Index kDepth = 192;

using Vector [[gnu::vector_size(32)]] = double;
constexpr Index kWidth = 4;
constexpr Index kVectors = kStripCols / kWidth;

VERNIER_MULTIVERSION void multiplyStrips(Index depth, const double* a, const double* b, double* product) {
    // Vectors are copied one at a time: whole arrays would be kept in memory instead of registers.
    Vector sum[kStripRows][kVectors];
    for (Index i = 0; i < kStripRows; ++i)
        for (Index j = 0; j < kVectors; ++j)
            sum[i][j] = Vector{};
    for (Index p = 0; p < depth; ++p) {
        for (Index j = 0; j < kVectors; ++j) {
            Vector row;
            std::memcpy(&row, b + p * kStripCols + j * kWidth, sizeof row);
            for (Index i = 0; i < kStripRows; ++i)
                sum[i][j] += a[p * kStripRows + i] * row;
        }
    }
    for (Index i = 0; i < kStripRows; ++i)
        for (Index j = 0; j < kVectors; ++j)
            std::memcpy(product + i * kStripCols + j * kWidth, &sum[i][j], sizeof(Vector));
}

// Copies rows of a matrix into strips that are width rows wide and run along the columns, missing rows as zeros.
template <Index width>
void pack(MatrixView<const double> matrix, Index first, Index depth, double* packed) {
    for (Index row = 0; row < matrix.rows; row += width)
        for (Index r = 0; r < width; ++r) {
            double* strip = packed + row * depth + r;
            const double* source = row + r < matrix.rows ? matrix.row(row + r) + first : nullptr;
            for (Index p = 0; p < depth; ++p)
                strip[p * width] = source ? source[p] : 0.0;
        }
}

Index roundUp(Index n, Index width) {
    return (n + width - 1) / width * width;
}

} // namespace

void addProductTransposed(MatrixView<const double> a, MatrixView<const double> b, MatrixView<double> c, double alpha) {
    const auto room = [](Index rows, Index width) { return static_cast<std::size_t>(roundUp(rows, width) * kDepth); };
    const auto packedA = std::make_unique_for_overwrite<double[]>(room(a.rows, kStripRows));
    const auto packedB = std::make_unique_for_overwrite<double[]>(room(b.rows, kStripCols));
    for (Index first = 0; first < a.cols; first += kDepth) {
        const Index depth = std::min(kDepth, a.cols - first);
        pack<kStripRows>(a, first, depth, packedA.get());
        pack<kStripCols>(b, first, depth, packedB.get());
        for (Index col = 0; col < c.cols; col += kStripCols)
            for (Index row = 0; row < c.rows; row += kStripRows) {
                double product[kStripRows * kStripCols];
                multiplyStrips(depth, packedA.get() + row * depth, packedB.get() + col * depth, product);
                for (Index i = 0; i < std::min(kStripRows, c.rows - row); ++i)
                    for (Index j = 0; j < std::min(kStripCols, c.cols - col); ++j)
                        c(row + i, col + j) += alpha * product[i * kStripCols + j];
            }
    }
}

} // namespace vernier
