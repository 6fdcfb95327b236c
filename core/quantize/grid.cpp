#include "core/quantize/grid.h"

#include "core/base/error.h"
#include "core/quantize/float_codes.h"
#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

namespace vernier {

namespace {

// Divides instead of multiplying by 1 / scale: the two round differently, and codes are compared exactly.
template <class T>
inline void encodeLine(const T* w, Index count, const GridParameters& grid, int maxCode, std::uint8_t* codes) {
    const GridParameters local = grid;
    const double top = maxCode;
    for (Index i = 0; i < count; ++i)
        codes[i] = static_cast<std::uint8_t>(static_cast<int>(local.encode(static_cast<double>(w[i]), top)));
}

VERNIER_MULTIVERSION void encodeLineOf(const float* w, Index count, const GridParameters& grid, int maxCode,
                                       std::uint8_t* codes) {
    encodeLine(w, count, grid, maxCode, codes);
}

VERNIER_MULTIVERSION void encodeLineOf(const double* w, Index count, const GridParameters& grid, int maxCode,
                                       std::uint8_t* codes) {
    encodeLine(w, count, grid, maxCode, codes);
}

template <class T>
void encodeAny(const T* w, Index count, const GridParameters& grid, const Scheme& scheme, std::uint8_t* codes) {
    switch (scheme.format) {
    case NumberFormat::Fp8E4M3:
        for (Index i = 0; i < count; ++i)
            codes[i] = E4m3::codeOf(E4m3::nearest(static_cast<double>(w[i]) / grid.scale));
        break;
    case NumberFormat::Mxfp4:
    case NumberFormat::Nvfp4:
        for (Index i = 0; i < count; ++i)
            codes[i] = E2m1::codeOf(E2m1::nearest(static_cast<double>(w[i]) / grid.scale));
        break;
    default:
        encodeLineOf(w, count, grid, scheme.levels() - 1, codes);
    }
}

VERNIER_MULTIVERSION void decodeLine(const std::uint8_t* codes, Index count, const GridParameters& grid, double* w) {
    const GridParameters local = grid;
    for (Index i = 0; i < count; ++i)
        w[i] = local.decode(static_cast<int>(codes[i]));
}

VERNIER_MULTIVERSION bool allFinite(const float* w, Index count) {
    std::uint32_t special = 0;
    for (Index i = 0; i < count; ++i)
        special |= (std::bit_cast<std::uint32_t>(w[i]) & 0x7F800000u) == 0x7F800000u ? 1u : 0u;
    return special == 0;
}

} // namespace

GridParameters gridFromRange(double low, double high, const Scheme& scheme, RangeRule rule) {
    const int top = scheme.levels() - 1;
    if (rule == RangeRule::AwqCode) {
        if (scheme.symmetric)
            return {std::max({-low, high, 1e-5}) / (scheme.levels() / 2 - 1), static_cast<double>(scheme.levels() / 2)};
        const double scale = std::max(high - low, 1e-5) / top;
        return {scale, std::clamp(-std::rint(low / scale), 0.0, static_cast<double>(top))};
    }
    low = std::min(low, 0.0);
    high = std::max(high, 0.0);
    if (scheme.symmetric) {
        high = std::max(-low, high);
        if (low < 0.0 || rule == RangeRule::ZeroInside)
            low = -high;
    }
    if (low == 0.0 && high == 0.0) {
        low = -1.0;
        high = 1.0;
    }
    const double scale = (high - low) / top;
    return {scale, scheme.symmetric ? scheme.levels() / 2 : std::rint(-low / scale)};
}

void encodeAll(const float* w, Index count, const GridParameters& grid, const Scheme& scheme, std::uint8_t* codes) {
    encodeAny(w, count, grid, scheme, codes);
}

void encodeAll(const double* w, Index count, const GridParameters& grid, const Scheme& scheme, std::uint8_t* codes) {
    encodeAny(w, count, grid, scheme, codes);
}

void decodeAll(const std::uint8_t* codes, Index count, const GridParameters& grid, const Scheme& scheme, double* w) {
    switch (scheme.format) {
    case NumberFormat::Fp8E4M3:
        for (Index i = 0; i < count; ++i)
            w[i] = grid.scale * E4m3::valueOf(codes[i]);
        break;
    case NumberFormat::Mxfp4:
    case NumberFormat::Nvfp4:
        for (Index i = 0; i < count; ++i)
            w[i] = grid.scale * E2m1::valueOf(codes[i]);
        break;
    default:
        decodeLine(codes, count, grid, w);
    }
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
