#pragma once

#include "core/quantize/quantized_linear.h"

#include <array>
#include <cstdint>
#include <vector>

namespace vernier {

/// Is one level of a grid before scale and zero point are applied.
struct CodeLevel {
    double value = 0;        ///< the code itself where codes are steps of a line, else the number it stands for
    std::uint64_t count = 0; ///< weights on it
};

/// Says how the weights of a linear are spread over the levels of its format, whatever their group.
struct CodeUsage {
    std::vector<CodeLevel> levels; ///< in rising order, those that no weight uses too

    std::uint64_t weights() const;
    int unused() const;      ///< levels without a weight
    double endShare() const; ///< share of the weights on the lowest and the highest level
};

/// What each code says before scale and zero point: itself, or the number of a float format. Codes that are no number
/// (FP8) say NaN, those past the scheme's bits too.
std::array<double, 256> codeValues(const Scheme& scheme);

/// Counts the codes of a linear. The two zeros of float formats are one level.
CodeUsage codeUsage(const QuantizedLinear& linear);

} // namespace vernier
