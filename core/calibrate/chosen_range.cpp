#include "core/calibrate/chosen_range.h"

#include "core/base/error.h"
#include "core/calibrate/clipping.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr const char* kByHand = "by hand";

} // namespace

void ChosenRange::validate() const {
    if (tap.empty())
        throw Error(ErrorKind::Input, "tap", "is empty", "name one, such as model.layers.3.mlp.down_proj:input");
    const auto refuse = [this](const std::string& problem) {
        throw Error(ErrorKind::Input, tap, problem, "give a low end of at most 0 and a high end of at least 0");
    };
    if (!std::isfinite(low) || !std::isfinite(high))
        refuse(fmt::format("the range {} to {} is not finite", low, high));
    if (low > 0 || high < 0)
        refuse(fmt::format("the range {} to {} does not hold zero", low, high));
    if (low == high)
        refuse("the range holds nothing but zero");
}

std::string methodText(const ChosenRange& range) {
    return range.method ? name(*range.method) : kByHand;
}

std::optional<ClippingMethod> chosenMethodFromText(const std::string& text) {
    if (text == kByHand)
        return std::nullopt;
    std::string known = kByHand;
    for (const ClippingMethod method : kClippingMethods) {
        if (text == name(method))
            return method;
        known += ", " + name(method);
    }
    throw Error(ErrorKind::Input, "method", fmt::format("{} is none of {}", text, known));
}

const ChosenRange* findChosenRange(std::span<const ChosenRange> ranges, const std::string& tap) {
    const auto found = std::ranges::find(ranges, tap, &ChosenRange::tap);
    return found == ranges.end() ? nullptr : &*found;
}

void setChosenRange(std::vector<ChosenRange>& ranges, const ChosenRange& range) {
    range.validate();
    const auto found = std::ranges::find(ranges, range.tap, &ChosenRange::tap);
    if (found == ranges.end())
        ranges.push_back(range);
    else
        *found = range;
}

bool removeChosenRange(std::vector<ChosenRange>& ranges, const std::string& tap) {
    return std::erase_if(ranges, [&](const ChosenRange& range) { return range.tap == tap; }) > 0;
}

} // namespace vernier
