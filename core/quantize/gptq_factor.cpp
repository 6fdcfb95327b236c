#include "core/base/error.h"
#include "core/base/huge_pages.h"
#include "core/base/names.h"
#include "core/quantize/cholesky.h"
#include "core/quantize/gptq.h"
#include "core/quantize/triangular_inverse.h"
#include "core/tensor/gemm.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

constexpr Index kCopyTile = 64;
constexpr Index kProductRows = 256;

constexpr std::array<std::string_view, 3> kOrders = {"natural", "activation", "group-aware"};
constexpr std::array<std::string_view, 2> kGroupGrids = {"published", "compensated"};

std::vector<Index> solveOrder(const std::vector<double>& diagonal, const GptqOptions& options) {
    std::vector<Index> order(diagonal.size());
    std::iota(order.begin(), order.end(), Index{0});
    const auto larger = [&](Index a, Index b) {
        return diagonal[static_cast<std::size_t>(a)] > diagonal[static_cast<std::size_t>(b)];
    };
    if (options.order == ColumnOrder::Activation)
        std::stable_sort(order.begin(), order.end(), larger);
    if (options.order != ColumnOrder::GroupAware)
        return order;
    const auto in = static_cast<Index>(order.size()), width = options.scheme.groupWidth(in);
    std::vector<std::vector<Index>> groups;
    for (Index first = 0; first < in; first += width) {
        groups.emplace_back(order.begin() + first, order.begin() + std::min(in, first + width));
        std::stable_sort(groups.back().begin(), groups.back().end(), larger);
    }
    // A shorter group stays the last, so that all others begin at multiples of the width.
    const auto whole = groups.end() - (in % width != 0 ? 1 : 0);
    std::stable_sort(groups.begin(), whole, [&](const auto& a, const auto& b) { return larger(a.front(), b.front()); });
    order.clear();
    for (const auto& group : groups)
        order.insert(order.end(), group.begin(), group.end());
    return order;
}

// The lower triangle of the mean Gram with its columns in reversed solve order, and the given diagonal.
void fillReversed(const Gram& gram, const std::vector<Index>& order, const std::vector<double>& diagonal,
                  MatrixView<double> reversed) {
    const Index n = gram.in();
    const double share = 1.0 / static_cast<double>(gram.tokens());
    parallelFor((n + kCopyTile - 1) / kCopyTile, [&](Index tile) {
        for (Index i = tile * kCopyTile; i < std::min(n, (tile + 1) * kCopyTile); ++i) {
            const Index column = order[static_cast<std::size_t>(n - 1 - i)];
            const float* source = gram.sum().row(column);
            for (Index j = 0; j < i; ++j)
                reversed(i, j) = share * static_cast<double>(source[order[static_cast<std::size_t>(n - 1 - j)]]);
            reversed(i, i) = diagonal[static_cast<std::size_t>(column)];
        }
    });
}

// P = alpha · triu(D Uᵀ, 1) U of the mean drift D, its rows and columns in solve order.
Matrix driftPull(const Matrix& drift, std::uint64_t tokens, const GptqFactor& factor, double alpha) {
    const Index n = factor.upper.rows();
    if (drift.rows() != n || drift.cols() != n)
        throw Error(ErrorKind::Internal, "GPTQ", "the drift is of another width than the Gram");
    const auto share = static_cast<float>(alpha / static_cast<double>(tokens));
    Matrix ordered(n, n), product(n, n), pull(n, n);
    parallelFor(n, [&](Index i) {
        const float* source = drift.view().row(factor.order[static_cast<std::size_t>(i)]);
        for (Index j = 0; j < n; ++j)
            ordered(i, j) = share * source[factor.order[static_cast<std::size_t>(j)]];
    });
    parallelFor((n + kProductRows - 1) / kProductRows, [&](Index task) {
        const Index first = task * kProductRows, rows = std::min(kProductRows, n - first);
        const auto products = product.view().rowRange(first, rows);
        multiplyTransposed(ordered.view().rowRange(first, rows), factor.upper.view(), products);
        for (Index i = 0; i < rows; ++i)
            std::fill_n(products.row(i), first + i + 1, 0.0f);
        multiply(products, factor.upper.view(), pull.view().rowRange(first, rows));
    });
    return pull;
}

std::string percents(const std::vector<double>& history) {
    return history.size() < 4 ? fmt::format("{:.2f}", fmt::join(history, ", "))
                              : fmt::format("{:.2f}, {:.2f}, … {:.2f}", history[0], history[1], history.back());
}

} // namespace

std::string name(ColumnOrder order) {
    return std::string(kOrders[static_cast<std::size_t>(order)]);
}

ColumnOrder columnOrderFromName(std::string_view name) {
    return valueOfName<ColumnOrder>(kOrders, name, "order");
}

std::string name(GroupGrids grids) {
    return std::string(kGroupGrids[static_cast<std::size_t>(grids)]);
}

GroupGrids groupGridsFromName(std::string_view name) {
    return valueOfName<GroupGrids>(kGroupGrids, name, "group_grids");
}

void GptqOptions::validate() const {
    scheme.validate();
    ranges.validate();
    if (!(dampPercent >= 0.0 && dampPercent < 1.0))
        throw Error(ErrorKind::Input, "damp_percent", fmt::format("{} is not in 0 to 1 (1 excluded)", dampPercent),
                    "0.01 is usual");
    if (!(dampIncrement >= 0.0 && dampIncrement < 1.0))
        throw Error(ErrorKind::Input, "damp_increment", fmt::format("{} is not in 0 to 1 (1 excluded)", dampIncrement),
                    "0.01 is usual, 0 gives up at the first failure");
    if (blockColumns < 1 || blockColumns > 1024)
        throw Error(ErrorKind::Input, "block_columns", fmt::format("{} is not in 1 to 1024", blockColumns),
                    "128 is usual");
    if (order == ColumnOrder::Activation && !staticGroups && scheme.format != NumberFormat::Integer)
        throw Error(ErrorKind::Input, "order",
                    fmt::format("activation would scatter the columns of a group, which {} cannot hold",
                                vernier::name(scheme.format)),
                    "turn static_groups on too, or use group-aware");
    if (!(driftCorrection >= 0.0 && driftCorrection <= 1.0))
        throw Error(ErrorKind::Input, "drift_correction", fmt::format("{} is not in 0 to 1", driftCorrection),
                    "0.25 is usual");
}

GptqFactor factoriseGram(const Gram& gram, const GptqOptions& options, JobContext& job, const Matrix* drift) {
    options.validate();
    const Index n = gram.in();
    if (gram.tokens() == 0 || n == 0)
        throw Error(ErrorKind::Input, "Gram", "saw no tokens", "calibrate with more text, or round this linear (RTN)");

    std::vector<double> diagonal(static_cast<std::size_t>(n));
    for (Index i = 0; i < n; ++i) {
        const double value = static_cast<double>(gram.sum()(i, i)) / static_cast<double>(gram.tokens());
        if (!std::isfinite(value) || value < 0.0)
            throw Error(ErrorKind::Numeric, fmt::format("Gram, column {}", i),
                        fmt::format("has the mean square {}", value), "look for overflowing activations before it");
        diagonal[static_cast<std::size_t>(i)] = value;
    }

    GptqFactor factor;
    factor.order = solveOrder(diagonal, options);
    factor.meanSquare = diagonal;
    factor.dead.resize(diagonal.size());
    // The mean is taken before dead columns get their 1, so that it scales with the Gram; the published code takes it
    // after, where its Gram is larger by twice the sequence length and the ones hardly count.
    const double mean = std::accumulate(diagonal.begin(), diagonal.end(), 0.0) / static_cast<double>(n);
    if (mean == 0.0)
        throw Error(ErrorKind::Input, "Gram", "is all zero", "calibrate with more text, or round this linear (RTN)");
    for (std::size_t i = 0; i < diagonal.size(); ++i)
        if (diagonal[i] == 0.0) {
            factor.dead[i] = 1;
            diagonal[i] = 1.0;
        }

    // Rows a power of two apart would fall on the same places of the caches.
    const Index stride = n + 8;
    const auto elements = static_cast<std::size_t>(n * stride);
    const auto storage = std::make_unique_for_overwrite<double[]>(elements);
    adviseHugePages(storage.get(), elements * sizeof(double));
    const MatrixView<double> reversed(storage.get(), n, n, stride);
    for (double percent = options.dampPercent; percent < 1.0; percent += options.dampIncrement) {
        factor.dampHistory.push_back(percent);
        std::vector<double> damped = diagonal;
        for (double& value : damped)
            value += percent * mean;
        fillReversed(gram, factor.order, damped, reversed);
        if (factoriseCholesky(reversed, job)) {
            factor.upper = Matrix(n, n);
            invertReversed(reversed, factor.upper.view(), job);
            if (drift && options.driftCorrection > 0)
                factor.drift = driftPull(*drift, gram.tokens(), factor, options.driftCorrection);
            return factor;
        }
        if (options.dampIncrement == 0)
            break;
    }
    throw Error(ErrorKind::Numeric, "Gram",
                fmt::format("cannot be factorised with damping {} of its mean diagonal", percents(factor.dampHistory)),
                "calibrate with more or other text, or round this linear (RTN)");
}

} // namespace vernier
