#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace vernier {

/// The place of a name in a list. Throws Error{Input} whose place is what and whose remedy lists the names.
std::size_t placeOfName(std::span<const std::string_view> names, std::string_view name, const char* what);

/// The value of an enum whose values count the names of a list from 0 on; throws as placeOfName().
template <class Enum>
Enum valueOfName(std::span<const std::string_view> names, std::string_view name, const char* what) {
    return static_cast<Enum>(placeOfName(names, name, what));
}

} // namespace vernier
