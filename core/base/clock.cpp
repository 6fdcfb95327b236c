#include "core/base/clock.h"

#include <array>
#include <ctime>

namespace vernier {

std::int64_t secondsSinceEpoch() {
    return static_cast<std::int64_t>(std::time(nullptr));
}

std::string timestamp() {
    return timestamp(secondsSinceEpoch());
}

std::string timestamp(std::int64_t secondsSinceEpoch) {
    const auto time = static_cast<std::time_t>(secondsSinceEpoch);
    std::tm parts{};
    if (!::gmtime_r(&time, &parts) || parts.tm_year < 1000 - 1900 || parts.tm_year > 9999 - 1900)
        return {};
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

} // namespace vernier
