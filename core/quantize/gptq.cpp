#include "core/quantize/gptq.h"

#include "core/base/error.h"
#include "core/quantize/gptq_columns.h"
#include "core/quantize/grid.h"
#include "core/tensor/gemm.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace vernier {

namespace {

// Rows of the weight do not meet in a solve, so each task takes some of them through all columns.
constexpr Index kTaskRows = 256;
constexpr Index kLineFloats = 16; // of a cache line
// Rows a power of two apart would fall on the same places of the caches.
constexpr Index kPadding = 16;

// [i, j] of every column block of an upper triangular matrix with its columns contiguous, laid out one block after the
// other.
std::vector<float> transposedDiagonalBlocks(const Matrix& upper, Index blockColumns) {
    const Index n = upper.rows();
    std::vector<float> blocks(static_cast<std::size_t>(n * blockColumns));
    for (Index first = 0; first < n; first += blockColumns) {
        const Index cols = std::min(blockColumns, n - first);
        float* block = blocks.data() + first * blockColumns;
        for (Index i = 0; i < cols; ++i)
            for (Index j = i; j < cols; ++j)
                block[j * cols + i] = upper(first + i, first + j);
    }
    return blocks;
}

// Columns of one group that follow each other in solve order.
struct GroupSpan {
    Index group = 0, first = 0, count = 0;
};

// Where the groups lie in solve order. Scattered ones (activation order without static groups) are numbered as they
// come; with static groups the columns of a group need not stand together and no spans are needed.
struct GroupPlan {
    std::vector<Index> groupOf; // solve position → group
    std::vector<GroupSpan> spans;
    bool scattered = false;

    GroupPlan(const GptqFactor& factor, const GptqOptions& options) : groupOf(factor.order) {
        const auto in = static_cast<Index>(groupOf.size()), width = options.scheme.groupWidth(in);
        scattered = options.order == ColumnOrder::Activation && !options.staticGroups && width < in;
        for (Index position = 0; position < in; ++position) {
            Index& group = groupOf[static_cast<std::size_t>(position)];
            group = (scattered ? position : group) / width;
        }
        if (options.staticGroups || options.scheme.groupSize <= 0)
            return;
        for (Index position = 0; position < in; ++position) {
            const Index group = groupOf[static_cast<std::size_t>(position)];
            if (spans.empty() || spans.back().group != group)
                spans.push_back({group, position, 0});
            ++spans.back().count;
        }
    }
};

// Column blocks that end where groups do, so that no grid is read from columns of which some are behind.
Index blockColumnsFor(const GptqOptions& options) {
    const Index columns = options.blockColumns, width = options.scheme.groupSize;
    if (options.groupGrids == GroupGrids::Published || options.staticGroups || width <= 0)
        return columns;
    return width <= columns ? columns / width * width : std::gcd(columns, width);
}

// Everything that the tasks of one solve share.
struct Solve {
    MatrixView<const float> weight;
    const GptqFactor& factor;
    const GptqOptions& options;
    GridFinder finder;
    GroupPlan plan;
    Index blockColumns;
    std::vector<float> upperBlocks, driftBlocks;
    std::vector<double> importance; // mean square input by solve position
    Index groups = 0;

    Solve(MatrixView<const float> w, const GptqFactor& f, const GptqOptions& o)
        : weight(w), factor(f), options(o), finder(o.scheme, o.ranges, w), plan(f, o), blockColumns(blockColumnsFor(o)),
          upperBlocks(transposedDiagonalBlocks(f.upper, blockColumns)), groups(o.scheme.groups(w.cols)) {
        if (f.drift.rows() > 0)
            driftBlocks = transposedDiagonalBlocks(f.drift, blockColumns);
        for (const Index column : f.order)
            importance.push_back(f.meanSquare[static_cast<std::size_t>(column)]);
    }
};

// Takes up to kTaskRows rows through all columns.
class RowSolve {
public:
    RowSolve(const Solve& solve, Index firstRow, QuantizedLinear& linear)
        : m_solve(solve), m_firstRow(firstRow), m_rows(std::min(kTaskRows, linear.out - firstRow)), m_in(linear.in),
          m_linear(linear), m_storage(kTaskRows, m_in + kPadding), m_weights(m_storage.view().colRange(0, m_in)),
          m_columns(solve.blockColumns, kTaskRows), m_errors(solve.blockColumns, kTaskRows),
          m_seen(hasDrift() ? solve.blockColumns : 0, kTaskRows),
          m_values(hasDrift() ? solve.blockColumns : 0, kTaskRows),
          m_codes(static_cast<std::size_t>(solve.blockColumns * kTaskRows)),
          m_scales(static_cast<std::size_t>(solve.groups * kTaskRows), 1.0), m_zeros(m_scales.size()),
          m_minimums(m_scales.size()) {}

    // Returns Σ ((w − q) / U[j, j])² of these rows.
    double run(const JobContext& job) {
        loadWeights();
        auto span = m_solve.plan.spans.begin();
        for (Index first = 0; first < m_in; first += m_solve.blockColumns) {
            job.throwIfCancelled();
            solveBlock(first, std::min(m_solve.blockColumns, m_in - first), span);
        }
        return std::accumulate(m_losses.begin(), m_losses.end(), 0.0);
    }

private:
    using Spans = std::vector<GroupSpan>::const_iterator;

    const Scheme& scheme() const { return m_solve.options.scheme; }
    bool hasDrift() const { return !m_solve.driftBlocks.empty(); }

    void loadWeights() {
        const auto& order = m_solve.factor.order;
        const auto& dead = m_solve.factor.dead;
        std::vector<float> live(static_cast<std::size_t>(m_in));
        for (Index r = 0; r < m_rows; ++r) {
            const float* w = m_solve.weight.row(m_firstRow + r);
            // One group per row takes its grid from the weight as it came, dead columns included.
            if (scheme().groupSize <= 0)
                setGrid(r, 0, w, m_in, m_solve.factor.meanSquare.data());
            for (std::size_t c = 0; c < live.size(); ++c)
                live[c] = dead[c] ? 0.0f : w[c];
            if (m_solve.options.staticGroups && scheme().groupSize > 0)
                for (Index group = 0, width = scheme().groupSize; group < m_solve.groups; ++group)
                    setGrid(r, group, live.data() + group * width, std::min(width, m_in - group * width),
                            m_solve.factor.meanSquare.data() + group * width);
            for (Index position = 0; position < m_in; ++position)
                m_weights(r, position) = live[static_cast<std::size_t>(order[static_cast<std::size_t>(position)])];
        }
    }

    void setGrid(Index row, Index group, const float* w, Index count, const double* importance) {
        const GridParameters grid = m_solve.finder.find(w, count, importance);
        const auto at = static_cast<std::size_t>(group * kTaskRows + row);
        m_scales[at] = grid.scale;
        m_zeros[at] = grid.zero;
        m_minimums[at] = grid.minimum;
        storeGrid(m_linear, m_firstRow + row, group, grid);
    }

    // The grid of a group from the weight as updated up to the last finished block.
    void openGroup(const GroupSpan& span) {
        for (Index r = 0; r < m_rows; ++r)
            setGrid(r, span.group, m_weights.row(r) + span.first, span.count, m_solve.importance.data() + span.first);
    }

    // The same from the columns of the running block, which are up to date.
    void openGroupInBlock(const GroupSpan& span, Index blockFirst, Index cols) {
        std::vector<float> w(static_cast<std::size_t>(span.count));
        for (Index r = 0; r < m_rows; ++r) {
            for (Index i = 0; i < span.count; ++i) {
                const Index column = span.first - blockFirst + i;
                w[static_cast<std::size_t>(i)] = column < cols ? m_columns(column, r) : m_weights(r, span.first + i);
            }
            setGrid(r, span.group, w.data(), span.count, m_solve.importance.data() + span.first);
        }
    }

    GptqColumns columnsOf(Index first, Index cols, Index lane) {
        GptqColumns columns;
        columns.cols = cols;
        columns.stride = kTaskRows;
        columns.factor = m_solve.upperBlocks.data() + first * m_solve.blockColumns;
        columns.weights = m_columns.view().data + lane;
        columns.negativeErrors = m_errors.view().data + lane;
        if (hasDrift()) {
            columns.drift = m_solve.driftBlocks.data() + first * m_solve.blockColumns;
            columns.seen = m_seen.view().data + lane;
            columns.values = m_values.view().data + lane;
        }
        columns.codes = m_codes.data() + lane;
        columns.scales = m_scales.data() + lane;
        columns.zeros = m_zeros.data() + lane;
        columns.minimums = m_minimums.data() + lane;
        columns.groups = m_solve.plan.groupOf.data() + first;
        columns.losses = m_losses.data() + lane;
        return columns;
    }

    void solveRange(Index first, Index cols, Index begin, Index end) {
        for (Index lane = 0; lane < m_rows; lane += kGptqLanes)
            solveColumns(columnsOf(first, cols, lane), scheme(), begin, end);
    }

    // Columns from one group's first to the next one's, each group's grid read when all before it has been passed on.
    void solveByGroups(Index first, Index cols, Spans& span) {
        for (Index begin = 0, end = 0; begin < cols; begin = end) {
            end = cols;
            if (span != m_solve.plan.spans.end() && span->first == first + begin)
                openGroupInBlock(*span++, first, cols);
            if (span != m_solve.plan.spans.end())
                end = std::min(cols, span->first - first);
            solveRange(first, cols, begin, end);
            for (Index lane = 0; lane < m_rows; lane += kGptqLanes)
                updateColumns(columnsOf(first, cols, lane), begin, end, cols);
        }
    }

    void solveBlock(Index first, Index cols, Spans& span) {
        // A cache line of a column at a time: the lines of all columns do not fit the cache together.
        for (Index row = 0; row < kTaskRows; row += kLineFloats)
            for (Index j = 0; j < cols; ++j)
                for (Index r = row; r < row + kLineFloats; ++r)
                    m_columns(j, r) = m_weights(r, first + j);
        if (m_solve.options.groupGrids == GroupGrids::Compensated && !m_solve.plan.spans.empty()) {
            solveByGroups(first, cols, span);
        } else {
            for (; span != m_solve.plan.spans.end() && span->first < first + cols; ++span)
                openGroup(*span);
            solveRange(first, cols, 0, cols);
        }
        for (Index r = 0; r < m_rows; ++r)
            for (Index j = 0; j < cols; ++j) {
                const Index column = m_solve.factor.order[static_cast<std::size_t>(first + j)];
                m_linear.codes[static_cast<std::size_t>((m_firstRow + r) * m_in + column)] =
                    m_codes[static_cast<std::size_t>(j * kTaskRows + r)];
            }
        passOn(first, cols);
    }

    // What the block asks of the columns behind it.
    void passOn(Index first, Index cols) {
        const Index rest = m_in - first - cols;
        if (rest == 0)
            return;
        const auto trailing = m_weights.colRange(first + cols, rest);
        const auto rows = [&](const Matrix& factor) {
            return factor.view().rowRange(first, cols).colRange(first + cols, rest);
        };
        multiplyLeftTransposed(m_errors.view().rowRange(0, cols), rows(m_solve.factor.upper), trailing, 1.0f);
        if (hasDrift())
            multiplyLeftTransposed(m_values.view().rowRange(0, cols), rows(m_solve.factor.drift), trailing, 1.0f);
    }

    const Solve& m_solve;
    Index m_firstRow, m_rows, m_in;
    QuantizedLinear& m_linear;
    Matrix m_storage;
    MatrixView<float> m_weights; // [rows, in] in solve order, as updated up to the last finished block
    Matrix m_columns, m_errors;  // [block columns, rows]
    Matrix m_seen, m_values;     // the same, only with drift
    std::vector<std::uint8_t> m_codes;
    std::vector<double> m_scales, m_zeros, m_minimums; // [groups, rows]
    std::array<double, kTaskRows> m_losses{};
};

} // namespace

GptqResult quantizeGptq(MatrixView<const float> weight, const GptqFactor& factor, const GptqOptions& options,
                        JobContext& job) {
    options.validate();
    if (factor.upper.rows() != weight.cols || static_cast<Index>(factor.order.size()) != weight.cols)
        throw Error(ErrorKind::Internal, "GPTQ", "the factor is of another width than the weight");
    if (options.order == ColumnOrder::Natural && !std::is_sorted(factor.order.begin(), factor.order.end()))
        throw Error(ErrorKind::Internal, "GPTQ", "the factor was made in another order than the solve is");
    GptqResult result{.linear = emptyLinear(options.scheme, weight.rows, weight.cols),
                      .dampHistory = factor.dampHistory,
                      .deadColumns = std::count(factor.dead.begin(), factor.dead.end(), std::uint8_t{1})};
    requireFinite(weight);

    const Solve solve(weight, factor, options);
    result.linear.tensorScale = static_cast<float>(solve.finder.tensorScale());
    if (solve.plan.scattered) {
        result.linear.groupIndex.resize(factor.order.size());
        for (std::size_t position = 0; position < factor.order.size(); ++position)
            result.linear.groupIndex[static_cast<std::size_t>(factor.order[position])] =
                static_cast<std::int32_t>(solve.plan.groupOf[position]);
    }
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
