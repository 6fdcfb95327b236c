#include "core/workbench/report/number_text.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr const char* kNone = "–";

std::string withMinus(std::string text) {
    for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos; at += 3)
        text.replace(at, 1, "−");
    return text;
}

} // namespace

std::string plain(double value, int decimals) {
    if (!std::isfinite(value))
        return kNone;
    const std::string text = fmt::format("{:.{}f}", value, decimals);
    const bool isZero = text.find_first_of("123456789") == std::string::npos;
    return isZero && text.front() == '-' ? text.substr(1) : withMinus(text);
}

std::string plain(const std::optional<double>& value, int decimals) {
    return value ? plain(*value, decimals) : kNone;
}

std::string signedText(double value, int decimals) {
    if (!std::isfinite(value))
        return kNone;
    const std::string zero = fmt::format("{:.{}f}", 0.0, decimals);
    const std::string digits = fmt::format("{:.{}f}", std::abs(value), decimals);
    return digits == zero ? zero : (value < 0 ? "−" : "+") + digits;
}

std::string scientific(double value) {
    if (!std::isfinite(value))
        return kNone;
    if (value == 0)
        return "0";
    int power = static_cast<int>(std::floor(std::log10(std::abs(value))));
    std::string digits = fmt::format("{:.2f}", value / std::pow(10.0, power));
    if (digits.starts_with("10") || digits.starts_with("-10"))
        digits = fmt::format("{:.2f}", value / std::pow(10.0, ++power));
    return withMinus(fmt::format("{}e{}", digits, power));
}

std::string nats(double value) {
    return std::abs(value) >= 1e-4 || value == 0 ? plain(value, 5) : scientific(value);
}

std::string nats(const std::optional<double>& value) {
    return value ? nats(*value) : kNone;
}

std::string megabyteText(double bytes) {
    static constexpr std::array units = {"kB", "MB", "GB", "TB"};
    double number = bytes / 1e3;
    std::size_t unit = 0;
    while (std::abs(number) >= 1000 && unit + 1 < units.size())
        number /= 1e3, ++unit;
    return fmt::format("{} {}", plain(number, unit == 0 ? 0 : 2), units[unit]);
}

std::string secondsText(double seconds) {
    if (!(seconds > 0))
        return "cached";
    if (seconds < 60)
        return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<long long>(std::llround(seconds));
    return whole < 3600 ? fmt::format("{} min {} s", whole / 60, whole % 60)
                        : fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string countText(std::uint64_t count) {
    std::string digits = fmt::format("{}", count);
    for (std::size_t at = digits.size(); at > 3;)
        digits.insert(at -= 3, "\u202f");
    return digits;
}

std::string percentText(double share, int decimals) {
    return std::isfinite(share) ? plain(100 * share, decimals) + " %" : kNone;
}

} // namespace vernier
