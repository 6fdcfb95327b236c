#include "core/quantize/gptq_columns.h"

#include "core/quantize/float_codes.h"
#include "core/quantize/grid.h"
#include "core/tensor/multiversion.h"

#include <cstring>

namespace vernier {

namespace {

// What the functions for several processors share is always part of them: alone it would be compiled for the least.

using Vector [[gnu::vector_size(64)]] = float;
constexpr Index kWidth = 16;
constexpr Index kVectors = kGptqLanes / kWidth;

// Adds what columns begin … end − 1 ask of column j: for each, factor · addend. The published loop spreads every error
// over the columns to its right instead; gathering leaves the running column in registers.
[[gnu::always_inline]] inline void gather(const float* factor, const float* addends, Index stride, Index begin,
                                          Index end, float* column) {
    Vector sum[kVectors];
    // Vectors are copied one at a time: whole arrays would be kept in memory instead of registers.
    for (Index v = 0; v < kVectors; ++v)
        std::memcpy(&sum[v], column + v * kWidth, sizeof(Vector));
    for (Index i = begin; i < end; ++i) {
        const float u = factor[i];
        for (Index v = 0; v < kVectors; ++v) {
            Vector addend;
            std::memcpy(&addend, addends + i * stride + v * kWidth, sizeof(Vector));
            sum[v] += u * addend;
        }
    }
    for (Index v = 0; v < kVectors; ++v)
        std::memcpy(column + v * kWidth, &sum[v], sizeof(Vector));
}

[[gnu::always_inline]] inline void compensate(const GptqColumns& block, Index j, Index begin, Index end,
                                              float* column) {
    gather(block.factor + j * block.cols, block.negativeErrors, block.stride, begin, end, column);
    if (block.drift)
        gather(block.drift + j * block.cols, block.seen, block.stride, begin, end, column);
}

// Codes on a line around a zero point.
struct LineCodec {
    double maxCode;
    double nearest(double w, double scale, double zero, double minimum) const {
        return GridParameters{scale, zero, minimum}.encode(w, maxCode);
    }
    float value(double nearest, double scale, double zero, double minimum) const {
        return static_cast<float>(scale) * static_cast<float>(nearest - zero) + static_cast<float>(minimum);
    }
    std::uint8_t code(double nearest) const { return static_cast<std::uint8_t>(static_cast<int>(nearest)); }
};

// Codes that are small floats.
template <class Format>
struct FloatCodec {
    double nearest(double w, double scale, double, double) const { return Format::nearest(w / scale); }
    float value(double nearest, double scale, double, double) const {
        return static_cast<float>(scale) * static_cast<float>(nearest);
    }
    std::uint8_t code(double nearest) const { return Format::codeOf(nearest); }
};

// Every lane has arrays of its own here: bytes that are written could be anything else's, for all the compiler knows,
// and would keep it from vectorising.
template <class Codec>
[[gnu::always_inline]] inline void solveWith(const GptqColumns& block, const Codec& codec, Index first, Index end) {
    float column[kGptqLanes], values[kGptqLanes], errors[kGptqLanes];
    double nearest[kGptqLanes], losses[kGptqLanes];
    std::uint8_t codes[kGptqLanes];
    std::memcpy(losses, block.losses, sizeof losses);
    for (Index j = first; j < end; ++j) {
        std::memcpy(column, block.weights + j * block.stride, sizeof column);
        compensate(block, j, first, j, column);
        const double* scales = block.scales + block.groups[j] * block.stride;
        const double* zeros = block.zeros + block.groups[j] * block.stride;
        const double* minimums = block.minimums + block.groups[j] * block.stride;
        const float diagonal = block.factor[j * block.cols + j];
        for (Index r = 0; r < kGptqLanes; ++r)
            nearest[r] = codec.nearest(static_cast<double>(column[r]), scales[r], zeros[r], minimums[r]);
        for (Index r = 0; r < kGptqLanes; ++r) {
            values[r] = codec.value(nearest[r], scales[r], zeros[r], minimums[r]);
            errors[r] = (values[r] - column[r]) / diagonal;
            losses[r] += static_cast<double>(errors[r]) * static_cast<double>(errors[r]);
        }
        for (Index r = 0; r < kGptqLanes; ++r)
            codes[r] = codec.code(nearest[r]);
        std::memcpy(block.codes + j * block.stride, codes, sizeof codes);
        std::memcpy(block.negativeErrors + j * block.stride, errors, sizeof errors);
        if (block.drift) {
            std::memcpy(block.seen + j * block.stride, column, sizeof column);
            std::memcpy(block.values + j * block.stride, values, sizeof values);
        }
    }
    std::memcpy(block.losses, losses, sizeof losses);
}

VERNIER_MULTIVERSION void solveOnLine(const GptqColumns& block, double maxCode, Index first, Index end) {
    solveWith(block, LineCodec{maxCode}, first, end);
}

VERNIER_MULTIVERSION void solveOnE2m1(const GptqColumns& block, Index first, Index end) {
    solveWith(block, FloatCodec<E2m1>{}, first, end);
}

VERNIER_MULTIVERSION void solveOnE4m3(const GptqColumns& block, Index first, Index end) {
    solveWith(block, FloatCodec<E4m3>{}, first, end);
}

} // namespace

VERNIER_MULTIVERSION void updateColumns(const GptqColumns& block, Index begin, Index first, Index end) {
    for (Index j = first; j < end; ++j)
        compensate(block, j, begin, first, block.weights + j * block.stride);
}

void solveColumns(const GptqColumns& block, const Scheme& scheme, Index first, Index end) {
    if (!hasFloatCodes(scheme.format))
        solveOnLine(block, scheme.levels() - 1, first, end);
    else if (scheme.format == NumberFormat::Fp8E4M3)
        solveOnE4m3(block, first, end);
    else
        solveOnE2m1(block, first, end);
}

} // namespace vernier
