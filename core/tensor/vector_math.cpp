#include "core/tensor/vector_math.h"

#include "core/tensor/multiversion.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace vernier {

namespace {

// Reductions keep this many partial results: a fixed order of additions that the compiler can put in vector registers
// without being allowed to reorder floating-point sums.
constexpr Index kLanes = 32;

// e^x = 2^n · e^r with n = round(x · log2 e), |r| <= ln2 / 2, e^r by its Taylor polynomial of degree 6 with the last
// coefficients adjusted for the interval. Adding 1.5 · 2^23 rounds to a whole number in the low mantissa bits.
inline float exponential(float x) {
    constexpr float kShift = 12582912.0f;
    const float clamped = x > 88.0f ? 88.0f : x < -87.0f ? -87.0f : x;
    const float shifted = clamped * 1.44269504f + kShift;
    const float n = shifted - kShift;
    const float r = (clamped - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    const auto exponent = (std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(kShift)) * (1 << 23);
    const float value = std::bit_cast<float>(std::bit_cast<std::int32_t>(p) + exponent);
    return x < -87.0f ? 0.0f : value;
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

VERNIER_MULTIVERSION void siluMultiply(const float* gate, const float* up, Index n, float* y) {
    for (Index i = 0; i < n; ++i)
        y[i] = gate[i] / (1.0f + exponential(-gate[i])) * up[i];
}

VERNIER_MULTIVERSION void softmaxRow(float* x, Index n) {
    float top = x[0];
    for (Index i = 1; i < n; ++i)
        top = x[i] > top ? x[i] : top;
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
    float top = x[0];
    for (Index i = 1; i < n; ++i)
        top = x[i] > top ? x[i] : top;
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

VERNIER_MULTIVERSION void rotateHalves(float* v, const float* cosine, const float* sine, Index half) {
    for (Index i = 0; i < half; ++i) {
        const float a = v[i], b = v[i + half];
        v[i] = a * cosine[i] - b * sine[i];
        v[i + half] = b * cosine[i] + a * sine[i];
    }
}

} // namespace vernier
