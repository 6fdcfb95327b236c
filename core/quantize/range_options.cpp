#include "core/quantize/range_options.h"

#include "core/base/error.h"
#include "core/base/names.h"

#include <array>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::array<std::string_view, 3> kRules = {"zero-inside", "gptq-code", "awq-code"};

} // namespace

void RangeOptions::validate() const {
    if (!(mseNorm >= 0 && mseNorm <= 16))
        throw Error(ErrorKind::Input, "mse", fmt::format("the norm {} is not in 0 to 16", mseNorm),
                    "0 turns the search off, 2.4 is usual");
    if (mseSteps < 1 || mseSteps > 10000)
        throw Error(ErrorKind::Input, "mse_steps", fmt::format("{} is not in 1 to 10000", mseSteps), "100 is usual");
    if (!(mseMaxShrink > 0 && mseMaxShrink < 1))
        throw Error(ErrorKind::Input, "mse_max_shrink",
                    fmt::format("{} is not between 0 and 1 (both excluded)", mseMaxShrink), "0.8 is usual");
}

std::string name(RangeRule rule) {
    return std::string(kRules[static_cast<std::size_t>(rule)]);
}

RangeRule rangeRuleFromName(std::string_view name) {
    return valueOfName<RangeRule>(kRules, name, "range_rule");
}

} // namespace vernier
