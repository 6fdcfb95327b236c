#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace vernier {

/// The place of a name in a list. Throws Error{Input} whose place is what and whose remedy lists the names.
std::size_t placeOfName(std::span<const std::string_view> names, std::string_view name, const char* what);

/// The value of an enum whose values count the names of a list from 0 on; throws as placeOfName().
template <class Enum>
Enum valueOfName(std::span<const std::string_view> names, std::string_view name, const char* what) {
    return static_cast<Enum>(placeOfName(names, name, what));
}

/// The name wished for, or the first of "name-2", "name-3", … that is not taken.
template <class IsTaken>
std::string freeName(const std::string& wished, const IsTaken& isTaken) {
    std::string name = wished;
    for (int number = 2; isTaken(name); ++number)
        name = wished + "-" + std::to_string(number);
    return name;
}

} // namespace vernier
