#include "core/base/error.h"
#include "core/quantize/gptq.h"
#include "core/quantize/triangular_inverse.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

constexpr double kDampStep = 0.01;
constexpr Index kCopyTile = 64;

std::vector<Index> solveOrder(const std::vector<double>& diagonal, bool actOrder) {
    std::vector<Index> order(diagonal.size());
    std::iota(order.begin(), order.end(), Index{0});
    if (actOrder)
        std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
            return diagonal[static_cast<std::size_t>(a)] > diagonal[static_cast<std::size_t>(b)];
        });
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

// U[a, b] = (L⁻¹)ᵀ[n − 1 − b, n − 1 − a], tile by tile since one side runs across the rows of the other.
Matrix unreversed(MatrixView<const double> inverse) {
    const Index n = inverse.rows;
    Matrix upper(n, n);
    parallelFor((n + kCopyTile - 1) / kCopyTile, [&](Index tile) {
        const Index rowEnd = std::min(n, (tile + 1) * kCopyTile);
        for (Index col = tile * kCopyTile; col < n; col += kCopyTile)
            for (Index a = tile * kCopyTile; a < rowEnd; ++a)
                for (Index b = std::max(a, col); b < std::min(n, col + kCopyTile); ++b)
                    upper(a, b) = static_cast<float>(inverse(n - 1 - b, n - 1 - a));
    });
    return upper;
}

std::string percents(const std::vector<double>& history) {
    return history.size() < 4 ? fmt::format("{:.2f}", fmt::join(history, ", "))
                              : fmt::format("{:.2f}, {:.2f}, … {:.2f}", history[0], history[1], history.back());
}

} // namespace

void GptqOptions::validate() const {
    scheme.validate();
    if (!(dampPercent >= 0.0 && dampPercent < 1.0))
        throw Error(ErrorKind::Input, "damp_percent", fmt::format("{} is not in 0 to 1 (1 excluded)", dampPercent),
                    "0.01 is usual");
    if (blockColumns < 1 || blockColumns > 1024)
        throw Error(ErrorKind::Input, "block_columns", fmt::format("{} is not in 1 to 1024", blockColumns),
                    "128 is usual");
    if (actOrder && !staticGroups && scheme.groupSize != -1)
        throw Error(ErrorKind::Input, "desc_act", "would scatter the columns of a group without static_groups",
                    "turn static_groups on too");
}

GptqFactor factoriseGram(const Gram& gram, const GptqOptions& options, JobContext& job) {
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
    factor.order = solveOrder(diagonal, options.actOrder);
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

    const auto elements = static_cast<std::size_t>(n) * static_cast<std::size_t>(n);
    const auto storage = std::make_unique_for_overwrite<double[]>(elements);
    const MatrixView<double> reversed(storage.get(), n, n);
    for (double percent = options.dampPercent; percent < 1.0; percent += kDampStep) {
        factor.dampHistory.push_back(percent);
        std::vector<double> damped = diagonal;
        for (double& value : damped)
            value += percent * mean;
        fillReversed(gram, factor.order, damped, reversed);
        if (invertCholesky(reversed, job)) {
            factor.upper = unreversed(reversed);
            return factor;
        }
    }
    throw Error(ErrorKind::Numeric, "Gram",
                fmt::format("cannot be factorised with damping {} of its mean diagonal", percents(factor.dampHistory)),
                "calibrate with more or other text, or round this linear (RTN)");
}

} // namespace vernier
