#pragma once

#include <string>
#include <string_view>

namespace vernier {

/// Is how the grid of a group follows from its smallest and largest weight.
enum class RangeRule {
    ZeroInside, ///< range widened to hold zero; symmetric: scale = 2 max|w| / (2^bits − 1)
    GptqCode, ///< same, but symmetric groups without negative weights keep zero as their lower end, so that codes below
              ///< the middle are never used and the upper half is clipped, as the published GPTQ code has it
    AwqCode,  ///< range as it is, scale at least 1e-5 / (2^bits − 1), zero point clamped; symmetric: scale = max|w| /
              ///< (2^(bits−1) − 1), as AWQ's code has it
};

/// Says how the ranges of groups are found.
struct RangeOptions {
    RangeRule rule = RangeRule::ZeroInside;
    double mseNorm = 0; ///< > 0: try shrunken ranges and keep the one of least Σ |w − ŵ|^norm; 2.4 in GPTQ's code
    int mseSteps = 100; ///< ranges tried are 1 − i / steps of the full one, i below maxShrink · steps
    double mseMaxShrink = 0.8; ///< how far ranges shrink
    bool mseWeighted = false;  ///< errors weigh as much as their column's mean square input (diag H)
    bool refit = false;        ///< afterwards the least-squares scale (and minimum) of the codes found

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
    bool searches() const { return mseNorm > 0; }
    bool operator==(const RangeOptions&) const = default;
};

std::string name(RangeRule rule);                   ///< "zero-inside", "gptq-code", "awq-code"
RangeRule rangeRuleFromName(std::string_view name); ///< throws Error{Input} listing the known names

} // namespace vernier
