#include "core/workbench/report/svg_scale.h"

#include "core/workbench/report/number_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace vernier {

namespace {

/// The nice number nearest above a step.
double niceStep(double step) {
    const double power = std::pow(10.0, std::floor(std::log10(step)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (step <= factor * power * (1 + 1e-9))
            return factor * power;
    return 10 * power;
}

std::string tickText(double value, double step) {
    if (value == 0)
        return "0";
    const double largest = std::max(std::abs(value), step);
    if (largest >= 1e6 || step < 1e-5)
        return scientific(value);
    return plain(value, std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9))));
}

std::string powerText(double value) {
    return value >= 1e-3 && value < 1e5 ? fmt::format("{:g}", value) : [&] {
        const auto power = std::floor(std::log10(value) + 1e-9);
        return fmt::format("{:g}e{}", std::round(value / std::pow(10.0, power)), plain(power, 0));
    }();
}

SvgTicks logarithmicTicks(const SvgScale& scale) {
    const double decades = std::log10(scale.high / scale.low);
    SvgTicks ticks;
    const auto take = [&](std::initializer_list<double> factors, int everyDecade) {
        ticks = {};
        const int first = static_cast<int>(std::floor(std::log10(scale.low)));
        const int last = static_cast<int>(std::ceil(std::log10(scale.high)));
        for (int power = first; power <= last; ++power)
            for (const double factor : factors) {
                const double value = factor * std::pow(10.0, power);
                if (power % everyDecade == 0 && value >= scale.low * (1 - 1e-9) && value <= scale.high * (1 + 1e-9)) {
                    ticks.values.push_back(value);
                    ticks.texts.push_back(powerText(value));
                }
            }
    };
    if (decades > 8)
        take({1}, 2);
    else if (decades > 2.5)
        take({1}, 1);
    else
        take({1, 2, 5}, 1);
    return ticks;
}

} // namespace

double SvgScale::at(double value) const {
    const double share = logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
    return from + share * (to - from);
}

SvgScale scaleFor(double low, double high, bool logarithmic, bool fromZero) {
    SvgScale scale;
    scale.logarithmic = logarithmic;
    if (!(low <= high))
        low = logarithmic ? 0.1 : 0, high = 1;
    if (logarithmic) {
        const double room = std::max(1.15, std::pow(high / low, 0.06));
        scale.low = low / room;
        scale.high = high * room;
        return scale;
    }
    if (fromZero)
        low = std::min(low, 0.0), high = std::max(high, 0.0);
    double span = high - low;
    if (span <= 0)
        span = high == 0 ? 1 : std::abs(high) * 0.1;
    const double room = 0.06 * span, step = niceStep(span / 6);
    scale.low = fromZero && low == 0 ? 0 : std::floor((low - room) / step) * step;
    scale.high = std::ceil((high + room) / step) * step;
    return scale;
}

SvgTicks ticksOf(const SvgScale& scale, int about) {
    if (scale.logarithmic) {
        SvgTicks ticks = logarithmicTicks(scale);
        if (ticks.values.size() >= 2)
            return ticks;
    }
    const double step = niceStep((scale.high - scale.low) / about);
    SvgTicks ticks;
    const auto first = static_cast<long long>(std::ceil(scale.low / step - 1e-9));
    const auto last = static_cast<long long>(std::floor(scale.high / step + 1e-9));
    for (long long i = first; i <= last; ++i) {
        ticks.values.push_back(static_cast<double>(i) * step);
        ticks.texts.push_back(tickText(ticks.values.back(), step));
    }
    return ticks;
}

} // namespace vernier
