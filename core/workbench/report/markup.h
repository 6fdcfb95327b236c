#pragma once

#include <string>
#include <string_view>

namespace vernier {

/// A text from outside as it may stand in HTML, XML and SVG, between tags and inside quoted attributes: the five
/// characters with a meaning are escaped, invalid UTF-8 and characters that XML does not allow become U+FFFD, and the
/// marks that turn the direction of writing become visible as U+FFFD, so that a name cannot change how its
/// neighbours read.
std::string escapeMarkup(std::string_view text);

} // namespace vernier
