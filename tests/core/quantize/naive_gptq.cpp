#include "tests/core/quantize/naive_gptq.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace vernier::test {

namespace {

struct Square {
    explicit Square(Index size) : n(size), values(static_cast<std::size_t>(size * size)) {}
    double& operator()(Index i, Index j) { return values[static_cast<std::size_t>(i * n + j)]; }
    double operator()(Index i, Index j) const { return values[static_cast<std::size_t>(i * n + j)]; }
    Index n;
    std::vector<double> values;
};

Square lowerCholesky(const Square& a) {
    Square l(a.n);
    for (Index j = 0; j < a.n; ++j)
        for (Index i = j; i < a.n; ++i) {
            double sum = a(i, j);
            for (Index p = 0; p < j; ++p)
                sum -= l(i, p) * l(j, p);
            if (i == j && sum <= 0)
                throw std::runtime_error("not positive definite");
            l(i, j) = i == j ? std::sqrt(sum) : sum / l(j, j);
        }
    return l;
}

// A⁻¹ from its lower Cholesky factor, one unit vector after the other.
Square inverseFromCholesky(const Square& l) {
    Square inverse(l.n);
    std::vector<double> y(static_cast<std::size_t>(l.n));
    const auto at = [&](Index i) -> double& { return y[static_cast<std::size_t>(i)]; };
    for (Index unit = 0; unit < l.n; ++unit) {
        for (Index i = 0; i < l.n; ++i) {
            at(i) = i == unit ? 1.0 : 0.0;
            for (Index p = 0; p < i; ++p)
                at(i) -= l(i, p) * at(p);
            at(i) /= l(i, i);
        }
        for (Index i = l.n - 1; i >= 0; --i) {
            for (Index p = i + 1; p < l.n; ++p)
                at(i) -= l(p, i) * at(p);
            at(i) /= l(i, i);
            inverse(i, unit) = at(i);
        }
    }
    return inverse;
}

struct Grid {
    double scale = 0, zero = 0;
};

Grid gridOfColumns(const std::vector<double>& row, Index first, Index count, const Scheme& scheme) {
    double low = 0, high = 0;
    for (Index c = first; c < first + count; ++c) {
        low = std::min(low, row[static_cast<std::size_t>(c)]);
        high = std::max(high, row[static_cast<std::size_t>(c)]);
    }
    if (scheme.symmetric) {
        high = std::max(high, -low);
        low = -high;
    }
    if (low == 0 && high == 0) {
        low = -1;
        high = 1;
    }
    const double scale = (high - low) / (std::pow(2.0, scheme.bits) - 1);
    return {scale, scheme.symmetric ? std::pow(2.0, scheme.bits - 1) : std::nearbyint(-low / scale)};
}

} // namespace

NaiveGptq naiveGptq(const Matrix& weight, const Gram& gram, const GptqOptions& options, const Matrix* drift) {
    const Index in = weight.cols(), width = options.scheme.groupSize < 0 ? in : options.scheme.groupSize;
    const bool perRow = options.scheme.groupSize < 0;
    const double top = std::pow(2.0, options.scheme.bits) - 1;
    const auto mean = [&](Index i, Index j) {
        return static_cast<double>(gram.sum()(i, j)) / static_cast<double>(gram.tokens());
    };

    NaiveGptq result;
    result.order.resize(static_cast<std::size_t>(in));
    std::iota(result.order.begin(), result.order.end(), Index{0});
    const auto larger = [&](Index a, Index b) { return mean(a, a) > mean(b, b); };
    if (options.order == ColumnOrder::Activation)
        std::stable_sort(result.order.begin(), result.order.end(), larger);
    if (options.order == ColumnOrder::GroupAware) {
        // Every column is placed by its group's largest diagonal, then its group, then its own diagonal.
        const auto most = [&](Index group) {
            double value = -1;
            if ((group + 1) * width > in) // a shorter one comes last
                return value;
            for (Index c = group * width; c < std::min(in, (group + 1) * width); ++c)
                value = std::max(value, mean(c, c));
            return value;
        };
        std::stable_sort(result.order.begin(), result.order.end(), [&](Index a, Index b) {
            const Index ga = a / width, gb = b / width;
            if (ga == gb)
                return larger(a, b);
            return most(ga) != most(gb) ? most(ga) > most(gb) : ga < gb;
        });
    }
    for (Index i = 0; i < in; ++i)
        result.damp += options.dampPercent * mean(i, i) / static_cast<double>(in);
    Square h(in);
    for (Index i = 0; i < in; ++i)
        for (Index j = 0; j < in; ++j)
            h(i, j) = mean(result.order[static_cast<std::size_t>(i)], result.order[static_cast<std::size_t>(j)]);
    for (Index i = 0; i < in; ++i)
        h(i, i) = (h(i, i) == 0 ? 1.0 : h(i, i)) + result.damp;
    const Square l = lowerCholesky(inverseFromCholesky(lowerCholesky(h)));
    Square u(in);
    for (Index i = 0; i < in; ++i)
        for (Index j = i; j < in; ++j)
            u(i, j) = l(j, i);
    result.upper = u.values;
    Square pull(in); // P = alpha · triu(D Uᵀ, 1) U
    if (drift)
        for (Index i = 0; i < in; ++i)
            for (Index k = i + 1; k < in; ++k) {
                double product = 0;
                for (Index q = k; q < in; ++q)
                    product += static_cast<double>((*drift)(result.order[static_cast<std::size_t>(i)],
                                                            result.order[static_cast<std::size_t>(q)])) /
                               static_cast<double>(gram.tokens()) * u(k, q);
                for (Index j = k; j < in; ++j)
                    pull(i, j) += options.driftCorrection * product * u(k, j);
            }
    const bool scattered = options.order == ColumnOrder::Activation && !options.staticGroups;
    // The group of a solve position and how many of its columns follow there.
    const auto groupAt = [&](Index p) { return (scattered ? p : result.order[static_cast<std::size_t>(p)]) / width; };
    const auto columnsLeft = [&](Index p) {
        Index count = 1;
        while (p + count < in && groupAt(p + count) == groupAt(p))
            ++count;
        return count;
    };

    result.codes.resize(static_cast<std::size_t>(weight.rows() * in));
    for (Index row = 0; row < weight.rows(); ++row) {
        std::vector<double> original(static_cast<std::size_t>(in));
        for (Index c = 0; c < in; ++c)
            original[static_cast<std::size_t>(c)] = static_cast<double>(weight(row, c));
        Grid grid = gridOfColumns(original, 0, in, options.scheme);
        std::vector<Grid> fixed;
        for (Index c = 0; c < in; ++c)
            if (mean(c, c) == 0)
                original[static_cast<std::size_t>(c)] = 0;
        for (Index first = 0; first < in; first += width)
            fixed.push_back(gridOfColumns(original, first, std::min(width, in - first), options.scheme));
        std::vector<double> global(static_cast<std::size_t>(in)), errors(static_cast<std::size_t>(in)),
            values(static_cast<std::size_t>(in));
        for (std::size_t p = 0; p < global.size(); ++p)
            global[p] = original[static_cast<std::size_t>(result.order[p])];
        for (Index first = 0; first < in; first += options.blockColumns) {
            const Index end = std::min(in, first + options.blockColumns);
            std::vector<double> local = global;
            for (Index p = first; p < end; ++p) {
                const Index column = result.order[static_cast<std::size_t>(p)];
                if (!perRow && options.staticGroups)
                    grid = fixed[static_cast<std::size_t>(column / width)];
                else if (!perRow && (p == 0 || groupAt(p) != groupAt(p - 1)))
                    grid = gridOfColumns(options.groupGrids == GroupGrids::Compensated ? local : global, p,
                                         columnsLeft(p), options.scheme);
                const double w = local[static_cast<std::size_t>(p)];
                const double code = std::clamp(std::nearbyint(w / grid.scale) + grid.zero, 0.0, top);
                result.codes[static_cast<std::size_t>(row * in + column)] = static_cast<std::uint8_t>(code);
                const double error = (w - grid.scale * (code - grid.zero)) / u(p, p);
                errors[static_cast<std::size_t>(p)] = error;
                values[static_cast<std::size_t>(p)] = grid.scale * (code - grid.zero);
                // With compensated grids nothing waits for the end of a block.
                for (Index q = p; q < (options.groupGrids == GroupGrids::Compensated ? in : end); ++q)
                    local[static_cast<std::size_t>(q)] -= error * u(p, q) - w * pull(p, q);
            }
            for (Index p = first; p < end; ++p)
                for (Index q = end; q < in; ++q)
                    global[static_cast<std::size_t>(q)] -= errors[static_cast<std::size_t>(p)] * u(p, q) -
                                                           values[static_cast<std::size_t>(p)] * pull(p, q);
        }
    }
    return result;
}

} // namespace vernier::test
