#include "core/base/names.h"

#include "core/base/error.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

std::size_t placeOfName(std::span<const std::string_view> names, std::string_view name, const char* what) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
        throw Error(ErrorKind::Input, what, fmt::format("{} is not known", name),
                    fmt::format("use one of {}", fmt::join(names, ", ")));
    return static_cast<std::size_t>(found - names.begin());
}

} // namespace vernier
