#pragma once

#include <bit>
#include <cstdint>

namespace vernier {

/// e^x with about 2 ulp; below −87 it is 0. Inline, so that loops over it are compiled to vector instructions:
/// e^x = 2^n · e^r with n = round(x · log2 e), |r| <= ln2 / 2, e^r by its Taylor polynomial of degree 6 with the last
/// coefficients adjusted for the interval. Adding 1.5 · 2^23 rounds to a whole number in the low mantissa bits.
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

} // namespace vernier
