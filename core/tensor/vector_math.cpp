#include "core/tensor/vector_math.h"

#include "core/tensor/exponential.h"
#include "core/tensor/multiversion.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vernier {

namespace {

// Reductions keep this many partial results: a fixed order of additions that the compiler can put in vector registers
// without being allowed to reorder floating-point sums.
constexpr Index kLanes = 32;

inline float largest(const float* x, Index n) {
    std::array<float, kLanes> tops;
    tops.fill(x[0]);
    Index i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (Index lane = 0; lane < kLanes; ++lane) {
            float& top = tops[static_cast<std::size_t>(lane)];
            top = x[i + lane] > top ? x[i + lane] : top;
        }
    for (; i < n; ++i)
        tops[0] = x[i] > tops[0] ? x[i] : tops[0];
    return *std::ranges::max_element(tops);
}

} // namespace

VERNIER_MULTIVERSION void expInPlace(float* x, Index n) {
    for (Index i = 0; i < n; ++i)
        x[i] = exponential(x[i]);
}

VERNIER_MULTIVERSION void rmsNormRow(const float* x, const float* w, float epsilon, Index n, float* y) {
    std::array<float, kLanes> squares{};
    Index i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (Index lane = 0; lane < kLanes; ++lane)
            squares[static_cast<std::size_t>(lane)] += x[i + lane] * x[i + lane];
    double sum = 0;
    for (const float part : squares)
        sum += part;
    for (; i < n; ++i)
        sum += double{x[i]} * x[i];
    const auto factor = static_cast<float>(1.0 / std::sqrt(sum / static_cast<double>(n) + double{epsilon}));
    for (Index j = 0; j < n; ++j)
        y[j] = x[j] * factor * w[j];
}

VERNIER_MULTIVERSION void layerNormRow(const float* x, const float* w, const float* b, float epsilon, Index n,
                                       float* y) {
    std::array<float, kLanes> sums{};
    Index i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (Index lane = 0; lane < kLanes; ++lane)
            sums[static_cast<std::size_t>(lane)] += x[i + lane];
    double sum = 0;
    for (const float part : sums)
        sum += double{part};
    for (; i < n; ++i)
        sum += double{x[i]};
    const auto mean = static_cast<float>(sum / static_cast<double>(n));
    std::array<float, kLanes> squares{};
    for (i = 0; i + kLanes <= n; i += kLanes)
        for (Index lane = 0; lane < kLanes; ++lane)
            squares[static_cast<std::size_t>(lane)] += (x[i + lane] - mean) * (x[i + lane] - mean);
    double square = 0;
    for (const float part : squares)
        square += double{part};
    for (; i < n; ++i)
        square += double{x[i] - mean} * (x[i] - mean);
    const auto factor = static_cast<float>(1.0 / std::sqrt(square / static_cast<double>(n) + double{epsilon}));
    for (Index j = 0; j < n; ++j)
        y[j] = (x[j] - mean) * factor * w[j] + b[j];
}

VERNIER_MULTIVERSION void softmaxRow(float* x, Index n) {
    const float top = largest(x, n);
    std::array<float, kLanes> sums{};
    Index i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (Index lane = 0; lane < kLanes; ++lane) {
            x[i + lane] = exponential(x[i + lane] - top);
            sums[static_cast<std::size_t>(lane)] += x[i + lane];
        }
    float sum = 0;
    for (const float part : sums)
        sum += part;
    for (; i < n; ++i) {
        x[i] = exponential(x[i] - top);
        sum += x[i];
    }
    const float factor = 1.0f / sum;
    for (Index j = 0; j < n; ++j)
        x[j] *= factor;
}

VERNIER_MULTIVERSION double logSumExp(const float* x, Index n) {
    const float top = largest(x, n);
    std::array<double, kLanes> sums{};
    Index i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (Index lane = 0; lane < kLanes; ++lane)
            sums[static_cast<std::size_t>(lane)] += double{exponential(x[i + lane] - top)};
    double sum = 0;
    for (const double part : sums)
        sum += part;
    for (; i < n; ++i)
        sum += double{exponential(x[i] - top)};
    return double{top} + std::log(sum);
}

VERNIER_MULTIVERSION void addTo(float* y, const float* x, Index n) {
    for (Index i = 0; i < n; ++i)
        y[i] += x[i];
}

VERNIER_MULTIVERSION void addScaled(float* y, const float* x, float factor, Index n) {
    for (Index i = 0; i < n; ++i)
        y[i] += factor * x[i];
}

VERNIER_MULTIVERSION void rotateHalves(float* v, const float* cosine, const float* sine, Index half) {
    for (Index i = 0; i < half; ++i) {
        const float a = v[i], b = v[i + half];
        v[i] = a * cosine[i] - b * sine[i];
        v[i + half] = b * cosine[i] + a * sine[i];
    }
}

} // namespace vernier
