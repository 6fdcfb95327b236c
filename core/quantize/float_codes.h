#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace vernier {

/// Small floats as codes: the number nearest to x, ties to even mantissas, what is too large becoming the largest.
/// Formats as the Open Compute Project defines them (8-bit floating point and microscaling formats, 2023).

/// E2M1: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives.
struct E2m1 {
    static constexpr double kLargest = 6.0;
    static double nearest(double x) {
        const double magnitude = std::abs(x);
        const double unit = magnitude < 2.0 ? 0.5 : magnitude < 4.0 ? 1.0 : 2.0;
        const double rounded = std::rint(magnitude / unit) * unit;
        return std::copysign(rounded < kLargest ? rounded : kLargest, x);
    }
    /// The bits, sign first, of a number that is one of the format's.
    static std::uint8_t codeOf(double number) {
        const double magnitude = std::abs(number);
        const int code = static_cast<int>(magnitude < 2.0   ? magnitude * 2
                                          : magnitude < 4.0 ? magnitude + 2
                                                            : magnitude / 2 + 4);
        return static_cast<std::uint8_t>(code | (std::signbit(number) ? 8 : 0));
    }
    static constexpr double valueOf(std::uint8_t code) {
        constexpr std::array<double, 8> kValues = {0, 0.5, 1, 1.5, 2, 3, 4, 6};
        return (code & 8) ? -kValues[code & 7] : kValues[code & 7];
    }
};

/// E4M3 without infinities: 448 at most, 2^-9 at least; codes 0x7F and 0xFF, not a number, are never made.
struct E4m3 {
    static constexpr double kLargest = 448.0;
    static double nearest(double x) {
        const double magnitude = std::abs(x);
        // 2^max(⌊log2 |x|⌋, −6) / 8 straight from the exponent's bits, which vectorises.
        const auto bits = std::bit_cast<std::uint64_t>(magnitude < 0x1p-6 ? 0x1p-6 : magnitude);
        const double unit = std::bit_cast<double>(bits & 0x7FF0000000000000ull) / 8;
        const double rounded = std::rint(magnitude / unit) * unit;
        return std::copysign(rounded < kLargest ? rounded : kLargest, x);
    }
    static std::uint8_t codeOf(double number) {
        const double magnitude = std::abs(number);
        const int sign = std::signbit(number) ? 0x80 : 0;
        if (magnitude < 0x1p-6)
            return static_cast<std::uint8_t>(sign | static_cast<int>(magnitude * 512));
        const int exponent = std::ilogb(magnitude);
        const int mantissa = static_cast<int>(std::ldexp(magnitude, 3 - exponent)) - 8;
        return static_cast<std::uint8_t>(sign | ((exponent + 7) << 3) | mantissa);
    }
    /// 0 for the codes that are not numbers.
    static double valueOf(std::uint8_t code) {
        const int exponent = (code >> 3) & 15, mantissa = code & 7;
        if ((code & 0x7F) == 0x7F)
            return 0.0;
        const double magnitude = exponent == 0 ? std::ldexp(mantissa, -9) : std::ldexp(8 + mantissa, exponent - 10);
        return (code & 0x80) ? -magnitude : magnitude;
    }
};

} // namespace vernier
