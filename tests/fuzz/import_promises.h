#pragma once

#include <string_view>

namespace vernier::fuzz {

/// Imports bytes as the content of a file of that name, and checks what imports promise about whatever they accept.
void checkImport(std::string_view bytes, const char* name);

} // namespace vernier::fuzz
