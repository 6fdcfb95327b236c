#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is what a code stands for before its group's scale is applied.
enum class NumberFormat {
    Integer, ///< whole numbers around a zero point, 2 … 8 bits
    Fp8E4M3, ///< 8-bit floats with 4 exponent bits, largest 448, no infinities (OCP 8-bit floating point, 2023)
    Mxfp4,   ///< E2M1 floats, groups of 32, scales that are powers of two (OCP microscaling formats, 2023)
    Nvfp4,   ///< E2M1 floats, groups of 16, E4M3 scales below one float32 scale of the tensor
    Q4_0,    ///< llama.cpp: groups of 32, float16 scale d, value d · (code − 8)
    Q4_1,    ///< groups of 32, float16 scale d and minimum m, value d · code + m
    Q5_0,    ///< groups of 32, d · (code − 16)
    Q5_1,    ///< groups of 32, d · code + m
    Q8_0,    ///< groups of 32, d · (code − 128), the int8 of the file kept as an unsigned code
};

/// Is how scales (and minimums) are kept in a file, and what they are rounded to before codes are chosen.
enum class ScaleType {
    F32, ///< as computed: the grid that the published codes simulate, which no 16-bit file can hold exactly
    F16,
    BF16,
};

/// Holds what a format fixes of a grid.
struct FormatFacts {
    std::string_view name; ///< "nvfp4"
    int bits;              ///< per code; 0: free
    int groupSize;         ///< columns that share a scale; 0: free
    bool symmetric;        ///< no zero point or minimum is stored; free where bits are
    int scaleBits;         ///< per group, scale and minimum together; 0: as ScaleType says
};

const FormatFacts& facts(NumberFormat format);

std::string name(NumberFormat format);                    ///< "int", "fp8", "mxfp4", "nvfp4", "q4_0", …
NumberFormat numberFormatFromName(std::string_view name); ///< throws Error{Input} listing the known names
std::vector<std::string> numberFormatNames();

std::string name(ScaleType type);                   ///< "f32", "f16", "bf16"
ScaleType scaleTypeFromName(std::string_view name); ///< throws Error{Input} listing the known names

/// Rounds to the nearest number of the type, ties to even; what is too small for it or too large becomes its smallest
/// or largest, never zero (unless it was) and never infinite.
double roundTo(ScaleType type, double value);

/// Whether a format's codes are floats (of at most 8 bits) rather than steps of a line.
constexpr bool hasFloatCodes(NumberFormat format) {
    return format == NumberFormat::Fp8E4M3 || format == NumberFormat::Mxfp4 || format == NumberFormat::Nvfp4;
}

} // namespace vernier
