#include "core/quantize/number_format.h"

#include "core/base/error.h"
#include "core/base/names.h"

#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

constexpr std::array<FormatFacts, 9> kFormats = {{
    {"int", 0, 0, false, 0},
    {"fp8", 8, 0, true, 0},
    {"mxfp4", 4, 32, true, 8},
    {"nvfp4", 4, 16, true, 8},
    {"q4_0", 4, 32, true, 16},
    {"q4_1", 4, 32, false, 32},
    {"q5_0", 5, 32, true, 16},
    {"q5_1", 5, 32, false, 32},
    {"q8_0", 8, 32, true, 16},
}};

constexpr std::array<std::string_view, 3> kScaleTypes = {"f32", "f16", "bf16"};

/// Rounds to a binary float of `mantissa` stored bits whose smallest normal number is 2^lowest.
double roundToFloat(double value, int mantissa, int lowest, double largest) {
    if (value == 0.0 || !std::isfinite(value))
        return value;
    const int exponent = std::max(std::ilogb(value), lowest);
    const double unit = std::ldexp(1.0, exponent - mantissa);
    const double rounded = std::rint(value / unit) * unit;
    const double magnitude = std::min(std::max(std::abs(rounded), std::ldexp(1.0, lowest - mantissa)), largest);
    return std::copysign(magnitude, value);
}

} // namespace

const FormatFacts& facts(NumberFormat format) {
    return kFormats[static_cast<std::size_t>(format)];
}

std::string name(NumberFormat format) {
    return std::string(facts(format).name);
}

std::vector<std::string> numberFormatNames() {
    std::vector<std::string> names;
    for (const FormatFacts& format : kFormats)
        names.emplace_back(format.name);
    return names;
}

NumberFormat numberFormatFromName(std::string_view name) {
    for (std::size_t i = 0; i < kFormats.size(); ++i)
        if (kFormats[i].name == name)
            return static_cast<NumberFormat>(i);
    throw Error(ErrorKind::Input, "format", fmt::format("{} is not known", name),
                fmt::format("use one of {}", fmt::join(numberFormatNames(), ", ")));
}

std::string name(ScaleType type) {
    return std::string(kScaleTypes[static_cast<std::size_t>(type)]);
}

ScaleType scaleTypeFromName(std::string_view name) {
    return valueOfName<ScaleType>(kScaleTypes, name, "scale_type");
}

double roundTo(ScaleType type, double value) {
    switch (type) {
    case ScaleType::F32:
        break;
    case ScaleType::F16:
        return roundToFloat(value, 10, -14, 65504.0);
    case ScaleType::BF16:
        return roundToFloat(value, 7, -126, 0x1.FEp127);
    }
    return value;
}

} // namespace vernier
