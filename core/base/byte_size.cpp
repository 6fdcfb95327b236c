#include "core/base/byte_size.h"

#include "core/base/error.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr double kMostBytes = 9e18;

std::string_view withoutSpaces(std::string_view text) {
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

/// What a unit stands for; 0 for one that is none.
double factorOf(std::string_view unit) {
    constexpr std::string_view kPrefixes = "KMGT";
    if (unit.ends_with('B') || unit.ends_with('b'))
        unit.remove_suffix(1);
    if (unit.empty())
        return 1;
    const char prefix = unit[0] == 'k' ? 'K' : unit[0];
    const auto power = kPrefixes.find(prefix);
    if (power == std::string_view::npos || unit.size() > 2 || (unit.size() == 2 && unit[1] != 'i'))
        return 0;
    return std::pow(unit.size() == 2 ? 1024.0 : 1000.0, static_cast<double>(power + 1));
}

} // namespace

std::uint64_t parseByteSize(std::string_view text, std::string_view what) {
    const std::string_view trimmed = withoutSpaces(text);
    double number = 0;
    const auto [end, problem] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number);
    const auto unit = withoutSpaces(trimmed.substr(static_cast<std::size_t>(end - trimmed.data())));
    const double bytes = problem == std::errc() ? number * factorOf(unit) : -1;
    if (!(bytes >= 1 && bytes <= kMostBytes))
        throw Error(ErrorKind::Input, std::string(what), fmt::format("{} is no size", text),
                    "write it as 6GB, 512MiB or a number of bytes");
    return static_cast<std::uint64_t>(bytes);
}

std::string byteSizeText(std::uint64_t bytes) {
    const auto number = static_cast<double>(bytes);
    if (number >= 1e9)
        return fmt::format("{:.2f} GB", number / 1e9);
    if (number >= 1e6)
        return fmt::format("{:.1f} MB", number / 1e6);
    return fmt::format("{:.0f} kB", number / 1e3);
}

} // namespace vernier
