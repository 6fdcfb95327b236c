#include "core/quantize/grid.h"

#include "core/quantize/float_codes.h"
#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace vernier {

namespace {

struct Range {
    double low, high;
};

// Several extremes side by side, so that the search runs in vector registers without reordering float comparisons.
template <class T>
inline Range rangeOf(const T* w, Index count) {
    constexpr Index kLanes = 16;
    T low[kLanes], high[kLanes];
    std::fill_n(low, kLanes, w[0]);
    std::fill_n(high, kLanes, w[0]);
    Index i = 0;
    for (; i + kLanes <= count; i += kLanes)
        for (Index k = 0; k < kLanes; ++k) {
            const T value = w[i + k];
            low[k] = value < low[k] ? value : low[k];
            high[k] = value > high[k] ? value : high[k];
        }
    for (; i < count; ++i) {
        low[0] = std::min(low[0], w[i]);
        high[0] = std::max(high[0], w[i]);
    }
    return {static_cast<double>(*std::min_element(low, low + kLanes)),
            static_cast<double>(*std::max_element(high, high + kLanes))};
}

VERNIER_MULTIVERSION Range extremes(const float* w, Index count) {
    return rangeOf(w, count);
}
VERNIER_MULTIVERSION Range extremes(const double* w, Index count) {
    return rangeOf(w, count);
}

/// The extremes of the whole weight.
Range extremes(MatrixView<const float> weight) {
    std::vector<Range> rows(static_cast<std::size_t>(weight.rows));
    parallelFor(weight.rows,
                [&](Index row) { rows[static_cast<std::size_t>(row)] = extremes(weight.row(row), weight.cols); });
    Range all = rows.front();
    for (const Range& row : rows)
        all = {std::min(all.low, row.low), std::max(all.high, row.high)};
    return all;
}

double magnitudeOf(double low, double high) {
    return std::max(-low, high);
}

/// A scale that the format can keep, nearest to the wanted one.
double storable(const Scheme& scheme, double tensorScale, double scale) {
    switch (scheme.format) {
    case NumberFormat::Integer:
    case NumberFormat::Fp8E4M3:
        return roundTo(scheme.scaleType, scale);
    case NumberFormat::Mxfp4:
        return std::exp2(std::clamp(std::rint(std::log2(scale)), -127.0, 127.0));
    case NumberFormat::Nvfp4:
        return std::max(E4m3::nearest(scale / tensorScale), 0x1p-9) * tensorScale;
    default:
        return roundTo(ScaleType::F16, scale);
    }
}

/// Largest code of Q4_0 and Q5_0 below the middle, and of Q8_0 above it.
double sideOf(const Scheme& scheme) {
    return scheme.format == NumberFormat::Q8_0 ? 127 : scheme.levels() / 2;
}

/// Turns one row's group into the error that a grid makes of it.
template <class T>
class GroupError {
public:
    GroupError(const T* w, Index count, const double* importance, const Scheme& scheme, double norm)
        : m_w(w), m_count(count), m_importance(importance), m_scheme(scheme), m_norm(norm),
          m_codes(static_cast<std::size_t>(count)), m_values(m_codes.size()) {}

    double operator()(const GridParameters& grid) {
        encodeAll(m_w, m_count, grid, m_scheme, m_codes.data());
        vernier::decodeAll(m_codes.data(), m_count, grid, m_scheme, m_values.data());
        double sum = 0;
        for (Index i = 0; i < m_count; ++i) {
            const double error = std::abs(m_values[static_cast<std::size_t>(i)] - static_cast<double>(m_w[i]));
            sum += (m_importance ? m_importance[i] : 1.0) * (m_norm == 2.0 ? error * error : std::pow(error, m_norm));
        }
        return sum;
    }

    /// Codes on a scale of 1 around zero of the grid that was tried last.
    double level(Index i, const GridParameters& grid) const {
        return (m_values[static_cast<std::size_t>(i)] - grid.minimum) / grid.scale;
    }

private:
    const T* m_w;
    Index m_count;
    const double* m_importance;
    Scheme m_scheme;
    double m_norm;
    std::vector<std::uint8_t> m_codes;
    std::vector<double> m_values;
};

/// The scale and minimum of least squared error for the codes that a grid gives, rounded as they are stored.
template <class T>
GridParameters refitted(const GridParameters& grid, GroupError<T>& error, const T* w, Index count,
                        const double* importance, const Scheme& scheme, double tensorScale) {
    error(grid);
    double sum = 0, l = 0, ll = 0, x = 0, lx = 0;
    for (Index i = 0; i < count; ++i) {
        const double weight = importance ? importance[i] : 1.0, level = error.level(i, grid);
        const double value = static_cast<double>(w[i]);
        sum += weight, l += weight * level, ll += weight * level * level;
        x += weight * value, lx += weight * level * value;
    }
    GridParameters fit = grid;
    if (scheme.hasMinimums()) {
        const double determinant = sum * ll - l * l;
        if (!(determinant > 0))
            return grid;
        fit.scale = storable(scheme, tensorScale, (sum * lx - l * x) / determinant);
        fit.minimum = roundTo(ScaleType::F16, (ll * x - l * lx) / determinant);
    } else {
        if (!(ll > 0))
            return grid;
        const double scale = lx / ll;
        if (hasFloatCodes(scheme.format) && !(scale > 0))
            return grid;
        fit.scale = storable(scheme, tensorScale, scale);
    }
    return fit.scale != 0 && std::isfinite(fit.scale) ? fit : grid;
}

} // namespace

GridFinder::GridFinder(const Scheme& scheme, const RangeOptions& options, MatrixView<const float> weight)
    : m_scheme(scheme), m_options(options) {
    options.validate();
    if (scheme.format == NumberFormat::Nvfp4) {
        const Range all = extremes(weight);
        const double largest = magnitudeOf(all.low, all.high) / (E4m3::kLargest * E2m1::kLargest);
        m_tensorScale = largest > 0 ? static_cast<double>(static_cast<float>(largest)) : 1.0;
    }
    if (scheme.groupSize == 0) {
        const Range all = extremes(weight);
        m_fixed = fromRange(all.low, all.high);
        m_isFixed = true;
    }
}

GridParameters GridFinder::fromRange(double low, double high) const {
    const double magnitude = magnitudeOf(low, high);
    if (magnitude == 0.0 && m_scheme.format != NumberFormat::Integer)
        return {storable(m_scheme, m_tensorScale, 1.0), sideOf(m_scheme)};
    switch (m_scheme.format) {
    case NumberFormat::Integer: {
        GridParameters grid = gridFromRange(low, high, m_scheme, m_options.rule);
        const double scale = storable(m_scheme, m_tensorScale, grid.scale);
        if (!m_scheme.symmetric && scale != grid.scale) // the end below keeps its code on the rounded scale
            grid.zero = std::clamp(std::rint(-std::min(low, 0.0) / scale), 0.0, m_scheme.levels() - 1.0);
        grid.scale = scale;
        return grid;
    }
    case NumberFormat::Fp8E4M3:
        return {storable(m_scheme, m_tensorScale, magnitude / E4m3::kLargest)};
    case NumberFormat::Mxfp4: // the largest power of two in the group falls on the largest of E2M1, 4
        return {std::exp2(std::clamp(std::floor(std::log2(magnitude)) - 2.0, -127.0, 127.0))};
    case NumberFormat::Nvfp4:
        return {storable(m_scheme, m_tensorScale, magnitude / E2m1::kLargest)};
    case NumberFormat::Q4_0:
    case NumberFormat::Q5_0: // the end of larger magnitude gets the one code more that lies below the middle
        return {storable(m_scheme, 1.0, (-low > high ? low : high) / -sideOf(m_scheme)), sideOf(m_scheme)};
    case NumberFormat::Q8_0:
        return {storable(m_scheme, 1.0, magnitude / sideOf(m_scheme)), 128.0};
    case NumberFormat::Q4_1:
    case NumberFormat::Q5_1:
        return {high > low ? storable(m_scheme, 1.0, (high - low) / (m_scheme.levels() - 1)) : 1.0, 0.0,
                roundTo(ScaleType::F16, low)};
    }
    return {};
}

template <class T>
GridParameters GridFinder::search(const T* w, Index count, const double* importance, double low, double high) const {
    if (m_options.rule != RangeRule::AwqCode && m_scheme.format == NumberFormat::Integer) {
        low = std::min(low, 0.0);
        high = std::max(high, 0.0);
    }
    const double* weights = m_options.mseWeighted ? importance : nullptr;
    GroupError<T> error(w, count, weights, m_scheme, m_options.searches() ? m_options.mseNorm : 2.0);
    GridParameters best = fromRange(low, high);
    double least = std::numeric_limits<double>::infinity();
    const auto tryGrid = [&](const GridParameters& grid) {
        const double sum = error(grid);
        if (sum < least) {
            least = sum;
            best = grid;
        }
    };
    const bool isSigned = m_scheme.format == NumberFormat::Q4_0 || m_scheme.format == NumberFormat::Q5_0;
    const int tries = m_options.searches() ? static_cast<int>(m_options.mseMaxShrink * m_options.mseSteps) : 1;
    for (int i = 0; i < tries; ++i) {
        const double share = 1.0 - static_cast<double>(i) / m_options.mseSteps;
        const GridParameters grid = fromRange(share * low, share * high);
        tryGrid(grid);
        if (isSigned && m_options.searches()) { // the larger end may also take the side with one code less
            const double other = -grid.scale * sideOf(m_scheme) / (sideOf(m_scheme) - 1);
            tryGrid({storable(m_scheme, 1.0, other), grid.zero});
        }
    }
    if (m_scheme.format == NumberFormat::Mxfp4)
        for (const double factor : {2.0, 0.5})
            tryGrid({std::clamp(fromRange(low, high).scale * factor, 0x1p-127, 0x1p127)});
    if (m_options.refit)
        for (int i = 0; i < 3; ++i)
            tryGrid(refitted(best, error, w, count, weights, m_scheme, m_tensorScale));
    return best;
}

template <class T>
GridParameters GridFinder::findAny(const T* w, Index count, const double* importance) const {
    if (m_isFixed)
        return m_fixed;
    const Range range = extremes(w, count);
    if (!m_options.searches() && !m_options.refit)
        return fromRange(range.low, range.high);
    return search(w, count, importance, range.low, range.high);
}

GridParameters GridFinder::find(const float* w, Index count, const double* importance) const {
    return findAny(w, count, importance);
}

GridParameters GridFinder::find(const double* w, Index count, const double* importance) const {
    return findAny(w, count, importance);
}

} // namespace vernier
