#include "core/quantize/double_product.h"

#include "core/tensor/multiversion.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace vernier {

namespace {

// The product of two packed strips lives in registers (the scheme of Goto & van de Geijn 2008): 4 rows by 12 columns
// are twelve accumulators of AVX2, which leaves four registers for operands; 8 rows by 24 columns are twenty-four of
// AVX-512, which leaves eight.
struct Narrow {
    using Vector [[gnu::vector_size(32)]] = double;
    static constexpr Index kRows = 4, kCols = 12;
};
struct Wide {
    using Vector [[gnu::vector_size(64)]] = double;
    static constexpr Index kRows = 8, kCols = 24;
};

// What the functions for several processors share is always part of them: alone it would be compiled for the least.

// product [kRows, kCols] of rows `stride` apart = a · bᵀ, or that times alpha added to what is there.
template <class Strip, bool add>
[[gnu::always_inline]] inline void multiplyStrips(Index depth, const double* a, const double* b, double* product,
                                                  Index stride, double alpha) {
    using Vector = typename Strip::Vector;
    constexpr Index kWidth = sizeof(Vector) / sizeof(double), kVectors = Strip::kCols / kWidth;
    // Vectors are copied one at a time: whole arrays would be kept in memory instead of registers.
    Vector sum[Strip::kRows][kVectors];
    for (Index i = 0; i < Strip::kRows; ++i)
        for (Index j = 0; j < kVectors; ++j)
            sum[i][j] = Vector{};
    // A step loads the strip of b first and then one number of a after the other: all of a at once does not fit beside
    // the sums.
    for (Index p = 0; p < depth; ++p) {
        Vector right[kVectors];
        for (Index j = 0; j < kVectors; ++j)
            std::memcpy(&right[j], b + p * Strip::kCols + j * kWidth, sizeof(Vector));
        for (Index i = 0; i < Strip::kRows; ++i) {
            const Vector left = Vector{} + a[p * Strip::kRows + i];
            for (Index j = 0; j < kVectors; ++j)
                sum[i][j] += left * right[j];
        }
    }
    for (Index i = 0; i < Strip::kRows; ++i)
        for (Index j = 0; j < kVectors; ++j) {
            double* at = product + i * stride + j * kWidth;
            if constexpr (add) {
                Vector before;
                std::memcpy(&before, at, sizeof before);
                sum[i][j] = before + alpha * sum[i][j];
            }
            std::memcpy(at, &sum[i][j], sizeof(Vector));
        }
}

// Four numbers of each of four rows, turned.
[[gnu::always_inline]] inline void packFour(const double* source, Index stride, double* packed, Index width) {
    using Four [[gnu::vector_size(32)]] = double;
    Four a, b, c, d;
    std::memcpy(&a, source, sizeof a);
    std::memcpy(&b, source + stride, sizeof b);
    std::memcpy(&c, source + 2 * stride, sizeof c);
    std::memcpy(&d, source + 3 * stride, sizeof d);
    const Four evenAb = __builtin_shufflevector(a, b, 0, 4, 2, 6), oddAb = __builtin_shufflevector(a, b, 1, 5, 3, 7);
    const Four evenCd = __builtin_shufflevector(c, d, 0, 4, 2, 6), oddCd = __builtin_shufflevector(c, d, 1, 5, 3, 7);
    const Four columns[] = {
        __builtin_shufflevector(evenAb, evenCd, 0, 1, 4, 5), __builtin_shufflevector(oddAb, oddCd, 0, 1, 4, 5),
        __builtin_shufflevector(evenAb, evenCd, 2, 3, 6, 7), __builtin_shufflevector(oddAb, oddCd, 2, 3, 6, 7)};
    for (Index p = 0; p < 4; ++p)
        std::memcpy(packed + p * width, &columns[p], sizeof(Four));
}

// Copies rows of a matrix into strips that are width rows wide and run along the columns, missing rows as zeros.
template <Index width>
[[gnu::always_inline]] inline void packStrips(MatrixView<const double> matrix, double* packed) {
    const Index depth = matrix.cols;
    for (Index row = 0; row < matrix.rows; row += 4) {
        double* strip = packed + row / width * width * depth + row % width;
        const Index whole = row + 4 <= matrix.rows ? depth / 4 * 4 : 0;
        for (Index p = 0; p < whole; p += 4)
            packFour(matrix.row(row) + p, matrix.stride, strip + p * width, width);
        for (Index p = whole; p < depth; ++p)
            for (Index r = 0; r < 4; ++r)
                strip[p * width + r] = row + r < matrix.rows ? matrix(row + r, p) : 0.0;
    }
    for (Index row = (matrix.rows + 3) / 4 * 4; row % width != 0; row += 4)
        for (Index p = 0; p < depth; ++p)
            std::fill_n(packed + (row / width * depth + p) * width + row % width, 4, 0.0);
}

// c += alpha · a · bᵀ, a and b packed. A strip of a stays in the first-level cache while b runs through the second.
template <class Strip>
[[gnu::always_inline]] inline void multiplyPacked(Index depth, const double* a, const double* b, MatrixView<double> c,
                                                  double alpha) {
    constexpr Index kRows = Strip::kRows, kCols = Strip::kCols;
    for (Index row = 0; row < c.rows; row += kRows)
        for (Index col = 0; col < c.cols; col += kCols) {
            const double *left = a + row * depth, *right = b + col * depth;
            const Index rows = std::min(kRows, c.rows - row), cols = std::min(kCols, c.cols - col);
            if (rows == kRows && cols == kCols) {
                multiplyStrips<Strip, true>(depth, left, right, c.row(row) + col, c.stride, alpha);
                continue;
            }
            double product[kRows * kCols];
            multiplyStrips<Strip, false>(depth, left, right, product, kCols, 1.0);
            for (Index i = 0; i < rows; ++i)
                for (Index j = 0; j < cols; ++j)
                    c(row + i, col + j) += alpha * product[i * kCols + j];
        }
}

// What one kind of processor does.
struct Kernels {
    Index rows, cols;
    void (*packLeft)(MatrixView<const double> matrix, double* packed);
    void (*packRight)(MatrixView<const double> matrix, double* packed);
    void (*multiply)(Index depth, const double* a, const double* b, MatrixView<double> c, double alpha);
};

VERNIER_MULTIVERSION void packLeftNarrow(MatrixView<const double> matrix, double* packed) {
    packStrips<Narrow::kRows>(matrix, packed);
}
VERNIER_MULTIVERSION void packRightNarrow(MatrixView<const double> matrix, double* packed) {
    packStrips<Narrow::kCols>(matrix, packed);
}
VERNIER_MULTIVERSION void multiplyNarrow(Index depth, const double* a, const double* b, MatrixView<double> c,
                                         double alpha) {
    multiplyPacked<Narrow>(depth, a, b, c, alpha);
}
constexpr Kernels kNarrow = {Narrow::kRows, Narrow::kCols, packLeftNarrow, packRightNarrow, multiplyNarrow};

#if defined(__x86_64__)
[[gnu::target("arch=x86-64-v4")]] void packLeftWide(MatrixView<const double> matrix, double* packed) {
    packStrips<Wide::kRows>(matrix, packed);
}
[[gnu::target("arch=x86-64-v4")]] void packRightWide(MatrixView<const double> matrix, double* packed) {
    packStrips<Wide::kCols>(matrix, packed);
}
[[gnu::target("arch=x86-64-v4")]] void multiplyWide(Index depth, const double* a, const double* b, MatrixView<double> c,
                                                    double alpha) {
    multiplyPacked<Wide>(depth, a, b, c, alpha);
}
constexpr Kernels kWide = {Wide::kRows, Wide::kCols, packLeftWide, packRightWide, multiplyWide};

const Kernels& kernels() {
    static const bool isWide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    return isWide ? kWide : kNarrow;
}
#else
const Kernels& kernels() {
    return kNarrow;
}
#endif

Index roundUp(Index n, Index width) {
    return (n + width - 1) / width * width;
}

} // namespace

PackedDoubles::PackedDoubles(Index maxRows, Index maxDepth)
    : m_values(std::make_unique_for_overwrite<double[]>(
          static_cast<std::size_t>(roundUp(maxRows, kernels().cols) * maxDepth))) {}

void PackedDoubles::reshape(Index rows, Index depth) {
    m_rows = rows;
    m_depth = depth;
}

void PackedDoubles::packPiece(MatrixView<const double> b, Index piece) {
    const Index first = piece * kPieceDepth, depth = std::min(kPieceDepth, m_depth - first);
    kernels().packRight(b.colRange(first, depth), m_values.get() + first * roundUp(m_rows, kernels().cols));
}

void addProductTransposed(MatrixView<const double> a, const PackedDoubles& b, MatrixView<double> c, double alpha) {
    const Kernels& kernel = kernels();
    constexpr Index kPiece = PackedDoubles::kPieceDepth;
    const auto left = std::make_unique_for_overwrite<double[]>(
        static_cast<std::size_t>(roundUp(a.rows, kernel.rows) * std::min(kPiece, a.cols)));
    for (Index piece = 0; piece < b.pieces(); ++piece) {
        const Index first = piece * kPiece, depth = std::min(kPiece, a.cols - first);
        kernel.packLeft(a.colRange(first, depth), left.get());
        kernel.multiply(depth, left.get(), b.m_values.get() + first * roundUp(b.m_rows, kernel.cols), c, alpha);
    }
}

void addProductTransposed(MatrixView<const double> a, MatrixView<const double> b, MatrixView<double> c, double alpha) {
    PackedDoubles packed(b.rows, b.cols);
    packed.reshape(b.rows, b.cols);
    for (Index piece = 0; piece < packed.pieces(); ++piece)
        packed.packPiece(b, piece);
    addProductTransposed(a, packed, c, alpha);
}

} // namespace vernier
