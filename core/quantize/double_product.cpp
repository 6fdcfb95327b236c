#include "core/quantize/double_product.h"

#include "core/tensor/multiversion.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace vernier {

namespace {

// A strip of b of this depth stays in the first-level cache, a packed block of a in the second.
constexpr Index kDepth = 192;

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

template <class Strip>
[[gnu::always_inline]] inline void multiplyStrips(Index depth, const double* a, const double* b, double* product) {
    using Vector = typename Strip::Vector;
    constexpr Index kWidth = sizeof(Vector) / sizeof(double), kVectors = Strip::kCols / kWidth;
    // Vectors are copied one at a time: whole arrays would be kept in memory instead of registers.
    Vector sum[Strip::kRows][kVectors];
    for (Index i = 0; i < Strip::kRows; ++i)
        for (Index j = 0; j < kVectors; ++j)
            sum[i][j] = Vector{};
    for (Index p = 0; p < depth; ++p) {
        for (Index j = 0; j < kVectors; ++j) {
            Vector row;
            std::memcpy(&row, b + p * Strip::kCols + j * kWidth, sizeof row);
            for (Index i = 0; i < Strip::kRows; ++i)
                sum[i][j] += a[p * Strip::kRows + i] * row;
        }
    }
    for (Index i = 0; i < Strip::kRows; ++i)
        for (Index j = 0; j < kVectors; ++j)
            std::memcpy(product + i * Strip::kCols + j * kWidth, &sum[i][j], sizeof(Vector));
}

VERNIER_MULTIVERSION void multiplyNarrow(Index depth, const double* a, const double* b, double* product) {
    multiplyStrips<Narrow>(depth, a, b, product);
}

#if defined(__x86_64__)
[[gnu::target("arch=x86-64-v4")]] void multiplyWide(Index depth, const double* a, const double* b, double* product) {
    multiplyStrips<Wide>(depth, a, b, product);
}
bool hasWideVectors() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
#else
void multiplyWide(Index depth, const double* a, const double* b, double* product) {
    multiplyStrips<Wide>(depth, a, b, product);
}
bool hasWideVectors() {
    return false;
}
#endif

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

template <class Strip>
void addProduct(MatrixView<const double> a, MatrixView<const double> b, MatrixView<double> c, double alpha,
                void (*multiply)(Index, const double*, const double*, double*)) {
    constexpr Index kRows = Strip::kRows, kCols = Strip::kCols;
    const auto room = [](Index rows, Index width) { return static_cast<std::size_t>(roundUp(rows, width) * kDepth); };
    const auto packedA = std::make_unique_for_overwrite<double[]>(room(a.rows, kRows));
    const auto packedB = std::make_unique_for_overwrite<double[]>(room(b.rows, kCols));
    double product[kRows * kCols];
    for (Index first = 0; first < a.cols; first += kDepth) {
        const Index depth = std::min(kDepth, a.cols - first);
        pack<kRows>(a, first, depth, packedA.get());
        pack<kCols>(b, first, depth, packedB.get());
        for (Index col = 0; col < c.cols; col += kCols)
            for (Index row = 0; row < c.rows; row += kRows) {
                multiply(depth, packedA.get() + row * depth, packedB.get() + col * depth, product);
                const Index rows = std::min(kRows, c.rows - row), cols = std::min(kCols, c.cols - col);
                for (Index i = 0; i < rows; ++i)
                    for (Index j = 0; j < cols; ++j)
                        c(row + i, col + j) += alpha * product[i * kCols + j];
            }
    }
}

} // namespace

void addProductTransposed(MatrixView<const double> a, MatrixView<const double> b, MatrixView<double> c, double alpha) {
    static const bool isWide = hasWideVectors();
    if (isWide)
        addProduct<Wide>(a, b, c, alpha, multiplyWide);
    else
        addProduct<Narrow>(a, b, c, alpha, multiplyNarrow);
}

} // namespace vernier
