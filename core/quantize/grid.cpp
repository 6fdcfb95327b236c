#include "core/quantize/grid.h"

#include "core/base/error.h"
#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

namespace vernier {

namespace {

struct Range {
    double low, high;
};

// Several extremes side by side, so that the search runs in vector registers without reordering float comparisons.
template <class T>
inline Range rangeWithZero(const T* w, Index count) {
    constexpr Index kLanes = 16;
    T low[kLanes] = {}, high[kLanes] = {};
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

// Divides instead of multiplying by 1 / scale: the two round differently, and codes are compared exactly.
template <class T>
inline void encodeEach(const T* w, Index count, const GridParameters& grid, int maxCode, std::uint8_t* codes) {
    const GridParameters local = grid;
    const double top = maxCode;
    for (Index i = 0; i < count; ++i)
        codes[i] = static_cast<std::uint8_t>(static_cast<int>(local.encode(static_cast<double>(w[i]), top)));
}

VERNIER_MULTIVERSION Range rangeOfFloats(const float* w, Index count) {
    return rangeWithZero(w, count);
}
VERNIER_MULTIVERSION Range rangeOfDoubles(const double* w, Index count) {
    return rangeWithZero(w, count);
}

VERNIER_MULTIVERSION bool allFinite(const float* w, Index count) {
    std::uint32_t special = 0;
    for (Index i = 0; i < count; ++i)
        special |= (std::bit_cast<std::uint32_t>(w[i]) & 0x7F800000u) == 0x7F800000u ? 1u : 0u;
    return special == 0;
}

} // namespace

GridParameters gridFromRange(double low, double high, const Scheme& scheme) {
    low = std::min(low, 0.0);
    high = std::max(high, 0.0);
    if (scheme.symmetric) {
        high = std::max(-low, high);
        low = -high;
    }
    if (low == 0.0 && high == 0.0) {
        low = -1.0;
        high = 1.0;
    }
    const double scale = (high - low) / (scheme.levels() - 1);
    return {scale, scheme.symmetric ? scheme.levels() / 2 : std::rint(-low / scale)};
}

GridParameters gridOf(const float* w, Index count, const Scheme& scheme) {
    const Range range = rangeOfFloats(w, count);
    return gridFromRange(range.low, range.high, scheme);
}

GridParameters gridOf(const double* w, Index count, const Scheme& scheme) {
    const Range range = rangeOfDoubles(w, count);
    return gridFromRange(range.low, range.high, scheme);
}

VERNIER_MULTIVERSION void encodeAll(const float* w, Index count, const GridParameters& grid, int maxCode,
                                    std::uint8_t* codes) {
    encodeEach(w, count, grid, maxCode, codes);
}

VERNIER_MULTIVERSION void encodeAll(const double* w, Index count, const GridParameters& grid, int maxCode,
                                    std::uint8_t* codes) {
    encodeEach(w, count, grid, maxCode, codes);
}

void requireFinite(MatrixView<const float> weight) {
    parallelFor(weight.rows, [&](Index row) {
        const float* w = weight.row(row);
        if (allFinite(w, weight.cols))
            return;
        const Index col = std::find_if_not(w, w + weight.cols, [](float x) { return std::isfinite(x); }) - w;
        throw Error(ErrorKind::Numeric, fmt::format("weight, row {}, column {}", row, col),
                    fmt::format("is {}, not a finite number", w[col]), "check the checkpoint it comes from");
    });
}

} // namespace vernier
