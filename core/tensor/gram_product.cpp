#include "core/tensor/gram_product.h"

#include "core/tensor/compiled_product.h"
#include "core/tensor/parallel.h"
#include "core/tensor/vector_math.h"

#include <algorithm>
#include <array>
#include <vector>

namespace vernier {

namespace {

// Tokens packed at once: bounds the buffers to one packed copy of that many rows.
constexpr Index kTokens = 2048;
// Token counts are filled up with zero rows to a multiple of this, so that few products are ever compiled.
constexpr Index kTokenStep = 64;
constexpr Index kMirrorTile = 64;

// Large tiles run nearer to the peak, small ones waste less above the diagonal.
Index tileOf(Index n) {
    return n <= 2048 ? 128 : 256;
}

/// Adds xᵀ x of one batch of tokens: y tiles [rows, cols] = (xᵀ) [rows, tokens] · x [tokens, cols], the right factors
/// packed first, the left ones by the task that owns the rows.
class GramBatch {
public:
    GramBatch(MatrixView<const float> x, Precision precision)
        : m_x(x), m_tile(std::min(tileOf(x.cols), x.cols)),
          m_stripes((x.cols + m_tile - 1) / m_tile), m_products{compile(m_tile, m_tile, precision),
                                                                compile(widthOf(m_stripes - 1), m_tile, precision),
                                                                compile(widthOf(m_stripes - 1), widthOf(m_stripes - 1),
                                                                        precision)},
          m_panels(static_cast<std::size_t>(m_stripes)) {
        parallelFor(m_stripes, [&](Index stripe) {
            const auto at = static_cast<std::size_t>(stripe);
            m_panels[at] = allocate(product(stripe, stripe).weightLayout());
            pack(columns(stripe), false, m_panels[at]);
        });
    }

    void addTo(MatrixView<float> gram, const JobContext& job) const {
        // The longest stripes first: the short ones even out the end.
        parallelFor(m_stripes, [&](Index task) { addStripe(m_stripes - 1 - task, gram, job); });
    }

private:
    MatrixView<const float> m_x;
    Index m_tile, m_stripes;
    std::array<CompiledProduct, 3> m_products; ///< whole tiles; last stripe by whole tiles; last stripe by itself
    std::vector<dnnl::memory> m_panels;

    Index widthOf(Index stripe) const { return std::min(m_tile, m_x.cols - stripe * m_tile); }
    MatrixView<const float> columns(Index stripe) const { return m_x.colRange(stripe * m_tile, widthOf(stripe)); }

    CompiledProduct compile(Index rows, Index cols, Precision precision) const {
        return CompiledProduct({rows, m_x.rows, cols}, precision);
    }

    const CompiledProduct& product(Index row, Index col) const {
        const bool lastRow = row == m_stripes - 1, lastCol = col == m_stripes - 1;
        return m_products[(lastRow ? 1u : 0u) + (lastCol ? 1u : 0u)];
    }

    void addStripe(Index row, MatrixView<float> gram, const JobContext& job) const {
        dnnl::memory left = allocate(product(row, 0).inputLayout());
        pack(columns(row), true, left);
        Matrix tile(widthOf(row), m_tile);
        for (Index col = 0; col <= row; ++col) {
            job.throwIfCancelled();
            const Index width = widthOf(col);
            product(row, col).run(left.get_data_handle(), m_panels[static_cast<std::size_t>(col)], tile.data());
            for (Index i = 0; i < tile.rows(); ++i)
                vernier::addTo(gram.row(row * m_tile + i) + col * m_tile, tile.data() + i * width, width);
        }
    }
};

} // namespace

void accumulateLowerGram(MatrixView<const float> x, MatrixView<float> gram, Precision precision,
                         const JobContext& job) {
    if (x.cols == 0)
        return;
    for (Index first = 0; first < x.rows; first += kTokens) {
        const auto rows = x.rowRange(first, std::min(kTokens, x.rows - first));
        const Index whole = (rows.rows + kTokenStep - 1) / kTokenStep * kTokenStep;
        if (whole == rows.rows) {
            GramBatch(rows, precision).addTo(gram, job);
            continue;
        }
        Matrix filled(whole, rows.cols); // zero rows add nothing
        for (Index row = 0; row < rows.rows; ++row)
            std::copy_n(rows.row(row), rows.cols, filled.view().row(row));
        GramBatch(filled.view(), precision).addTo(gram, job);
    }
}

void mirrorLower(MatrixView<float> matrix) {
    parallelFor((matrix.rows + kMirrorTile - 1) / kMirrorTile, [&](Index stripe) {
        const Index first = stripe * kMirrorTile, end = std::min(first + kMirrorTile, matrix.rows);
        for (Index col = 0; col < end; col += kMirrorTile)
            for (Index i = first; i < end; ++i)
                for (Index j = col; j < std::min(col + kMirrorTile, i); ++j)
                    matrix(j, i) = matrix(i, j);
    });
}

} // namespace vernier
