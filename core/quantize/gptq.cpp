#include "core/quantize/gptq.h"

#include "core/base/error.h"
#include "core/quantize/grid.h"
#include "core/tensor/gemm.h"
#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

namespace vernier {

namespace {

// Rows of the weight do not meet in a solve, so each task takes some of them through all columns. Within a column block
// kLanes rows stand side by side, column after column, so that every step of the column loop is a vector operation.
constexpr Index kLanes = 64;
constexpr Index kTaskRows = 128;

using Vector [[gnu::vector_size(64)]] = float;
constexpr Index kWidth = 16;
constexpr Index kVectors = kLanes / kWidth;

// What the loop over the columns of one block needs, for kLanes rows; stride separates columns in all row-wise arrays.
struct ColumnBlock {
    Index cols = 0, stride = 0;
    const float* factor = nullptr;                    // factor[j · cols + i] = U[i, j] of the block
    const float* weights = nullptr;                   // [cols] columns of rows
    float* negativeErrors = nullptr;                  // [cols] columns of rows, −(w − q) / U[j, j]
    std::uint8_t* codes = nullptr;                    // [cols] columns of rows
    const double *scales = nullptr, *zeros = nullptr; // [groups] columns of rows
    const Index* groups = nullptr;                    // group of each column
    double maxCode = 0;
    double* losses = nullptr; // [rows], Σ ((w − q) / U[j, j])²
};

// Subtracts from column j what the errors of the columns before it ask for. The published loop spreads every error over
// the columns to its right instead; gathering leaves the running column in registers.
inline void compensate(const ColumnBlock& block, Index j, float* column) {
    Vector sum[kVectors];
    // Vectors are copied one at a time: whole arrays would be kept in memory instead of registers.
    for (Index v = 0; v < kVectors; ++v)
        std::memcpy(&sum[v], block.weights + j * block.stride + v * kWidth, sizeof(Vector));
    for (Index i = 0; i < j; ++i) {
        const float u = block.factor[j * block.cols + i];
        for (Index v = 0; v < kVectors; ++v) {
            Vector errors;
            std::memcpy(&errors, block.negativeErrors + i * block.stride + v * kWidth, sizeof(Vector));
            sum[v] += u * errors;
        }
    }
    for (Index v = 0; v < kVectors; ++v)
        std::memcpy(column + v * kWidth, &sum[v], sizeof(Vector));
}

VERNIER_MULTIVERSION void solveColumns(const ColumnBlock& block) {
    float column[kLanes];
    for (Index j = 0; j < block.cols; ++j) {
        compensate(block, j, column);
        const double* scales = block.scales + block.groups[j] * block.stride;
        const double* zeros = block.zeros + block.groups[j] * block.stride;
        float* errors = block.negativeErrors + j * block.stride;
        std::uint8_t* codes = block.codes + j * block.stride;
        const float diagonal = block.factor[j * block.cols + j];
        for (Index r = 0; r < kLanes; ++r) {
            const GridParameters grid{scales[r], zeros[r]};
            const double code = grid.encode(static_cast<double>(column[r]), block.maxCode);
            const float value = static_cast<float>(scales[r]) * static_cast<float>(code - zeros[r]);
            const float error = (value - column[r]) / diagonal;
            codes[r] = static_cast<std::uint8_t>(static_cast<int>(code));
            errors[r] = error;
            block.losses[r] += static_cast<double>(error) * static_cast<double>(error);
        }
    }
}

// U[i, j] of every column block with its columns contiguous, laid out one block after the other.
std::vector<float> transposedDiagonalBlocks(const GptqFactor& factor, Index blockColumns) {
    const Index n = factor.upper.rows();
    std::vector<float> blocks(static_cast<std::size_t>(n * blockColumns));
    for (Index first = 0; first < n; first += blockColumns) {
        const Index cols = std::min(blockColumns, n - first);
        float* block = blocks.data() + first * blockColumns;
        for (Index i = 0; i < cols; ++i)
            for (Index j = i; j < cols; ++j)
                block[j * cols + i] = factor.upper(first + i, first + j);
    }
    return blocks;
}

// Everything that the tasks of one solve share.
struct Solve {
    MatrixView<const float> weight;
    const GptqFactor& factor;
    const GptqOptions& options;
    std::vector<float> diagonalBlocks;
    std::vector<Index> groupOf; // solve position → group
    Index width, groups;
};

// Takes up to kTaskRows rows through all columns.
class RowSolve {
public:
    RowSolve(const Solve& solve, Index firstRow, QuantizedLinear& linear)
        : m_solve(solve), m_firstRow(firstRow), m_rows(std::min(kTaskRows, linear.out - firstRow)), m_in(linear.in),
          m_linear(linear), m_weights(kTaskRows, m_in), m_columns(blockColumns(), kTaskRows),
          m_errors(blockColumns(), kTaskRows), m_codes(static_cast<std::size_t>(blockColumns() * kTaskRows)),
          m_scales(static_cast<std::size_t>(solve.groups * kTaskRows), 1.0), m_zeros(m_scales.size()) {}

    // Returns Σ ((w − q) / U[j, j])² of these rows.
    double run(const JobContext& job) {
        loadWeights();
        for (Index first = 0; first < m_in; first += blockColumns()) {
            job.throwIfCancelled();
            solveBlock(first, std::min(blockColumns(), m_in - first));
        }
        return std::accumulate(m_losses.begin(), m_losses.end(), 0.0);
    }

private:
    Index blockColumns() const { return m_solve.options.blockColumns; }
    const Scheme& scheme() const { return m_solve.options.scheme; }

    void loadWeights() {
        const auto& order = m_solve.factor.order;
        const auto& dead = m_solve.factor.dead;
        std::vector<float> live(static_cast<std::size_t>(m_in));
        for (Index r = 0; r < m_rows; ++r) {
            const float* w = m_solve.weight.row(m_firstRow + r);
            // One group per row takes its grid from the weight as it came, dead columns included.
            if (scheme().groupSize == -1)
                setGrid(r, 0, w, m_in);
            for (std::size_t c = 0; c < live.size(); ++c)
                live[c] = dead[c] ? 0.0f : w[c];
            if (m_solve.options.staticGroups && scheme().groupSize != -1)
                for (Index group = 0; group < m_solve.groups; ++group)
                    setGrid(r, group, live.data() + group * m_solve.width, widthOf(group));
            for (Index position = 0; position < m_in; ++position)
                m_weights(r, position) = live[static_cast<std::size_t>(order[static_cast<std::size_t>(position)])];
        }
    }

    Index widthOf(Index group) const { return std::min(m_solve.width, m_in - group * m_solve.width); }

    void setGrid(Index row, Index group, const float* w, Index count) {
        const GridParameters grid = gridOf(w, count, scheme());
        const auto at = static_cast<std::size_t>(group * kTaskRows + row);
        m_scales[at] = grid.scale;
        m_zeros[at] = grid.zero;
        const auto stored = static_cast<std::size_t>((m_firstRow + row) * m_solve.groups + group);
        m_linear.scales[stored] = static_cast<float>(grid.scale);
        m_linear.zeros[stored] = static_cast<std::uint8_t>(grid.zero);
    }

    // Grids of the groups that begin in the block, from the weight before the block's own compensation.
    void openGroups(Index first, Index cols) {
        for (Index group = (first + m_solve.width - 1) / m_solve.width; group * m_solve.width < first + cols; ++group)
            for (Index r = 0; r < m_rows; ++r)
                setGrid(r, group, m_weights.view().row(r) + group * m_solve.width, widthOf(group));
    }

    void solveBlock(Index first, Index cols) {
        if (!m_solve.options.staticGroups && scheme().groupSize != -1)
            openGroups(first, cols);
        for (Index r = 0; r < kTaskRows; ++r)
            for (Index j = 0; j < cols; ++j)
                m_columns(j, r) = m_weights(r, first + j);
        for (Index lane = 0; lane < m_rows; lane += kLanes)
            solveColumns({.cols = cols,
                          .stride = kTaskRows,
                          .factor = m_solve.diagonalBlocks.data() + first * blockColumns(),
                          .weights = m_columns.data() + lane,
                          .negativeErrors = m_errors.data() + lane,
                          .codes = m_codes.data() + lane,
                          .scales = m_scales.data() + lane,
                          .zeros = m_zeros.data() + lane,
                          .groups = m_solve.groupOf.data() + first,
                          .maxCode = static_cast<double>(scheme().levels() - 1),
                          .losses = m_losses.data() + lane});
        for (Index r = 0; r < m_rows; ++r)
            for (Index j = 0; j < cols; ++j) {
                const Index column = m_solve.factor.order[static_cast<std::size_t>(first + j)];
                m_linear.codes[static_cast<std::size_t>((m_firstRow + r) * m_in + column)] =
                    m_codes[static_cast<std::size_t>(j * kTaskRows + r)];
            }
        const Index rest = m_in - first - cols;
        if (rest > 0)
            multiplyLeftTransposed(m_errors.view().rowRange(0, cols),
                                   m_solve.factor.upper.view().rowRange(first, cols).colRange(first + cols, rest),
                                   m_weights.view().colRange(first + cols, rest), 1.0f);
    }

    const Solve& m_solve;
    Index m_firstRow, m_rows, m_in;
    QuantizedLinear& m_linear;
    Matrix m_weights;           // [rows, in] in solve order, as updated up to the last finished block
    Matrix m_columns, m_errors; // [block columns, rows]
    std::vector<std::uint8_t> m_codes;
    std::vector<double> m_scales, m_zeros; // [groups, rows]
    std::array<double, kTaskRows> m_losses{};
};

} // namespace

GptqResult quantizeGptq(MatrixView<const float> weight, const GptqFactor& factor, const GptqOptions& options,
                        JobContext& job) {
    options.validate();
    if (factor.upper.rows() != weight.cols || static_cast<Index>(factor.order.size()) != weight.cols)
        throw Error(ErrorKind::Internal, "GPTQ", "the factor is of another width than the weight");
    if (!options.actOrder && !std::is_sorted(factor.order.begin(), factor.order.end()))
        throw Error(ErrorKind::Internal, "GPTQ", "the factor was made with desc_act, the solve is without");
    GptqResult result{.linear = emptyLinear(options.scheme, weight.rows, weight.cols),
                      .dampHistory = factor.dampHistory,
                      .deadColumns = std::count(factor.dead.begin(), factor.dead.end(), std::uint8_t{1})};
    requireFinite(weight);

    Solve solve{.weight = weight,
                .factor = factor,
                .options = options,
                .diagonalBlocks = transposedDiagonalBlocks(factor, options.blockColumns),
                .groupOf = factor.order,
                .width = options.scheme.groupWidth(weight.cols),
                .groups = result.linear.groups()};
    for (Index& column : solve.groupOf)
        column /= solve.width;

    const Index tasks = (weight.rows + kTaskRows - 1) / kTaskRows;
    std::vector<double> losses(static_cast<std::size_t>(tasks));
    parallelFor(tasks, [&](Index task) {
        losses[static_cast<std::size_t>(task)] = RowSolve(solve, task * kTaskRows, result.linear).run(job);
    });
    result.loss = std::accumulate(losses.begin(), losses.end(), 0.0);
    if (!std::isfinite(result.loss))
        throw Error(ErrorKind::Numeric, "GPTQ", "the compensated weights overflow", "raise damp_percent");
    return result;
}

} // namespace vernier
