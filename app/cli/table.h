#pragma once

#include <string>
#include <vector>

namespace vernier::cli {

/// Lines up rows of text in columns: the first column to the left, the others to the right, a rule below the header.
std::string table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

} // namespace vernier::cli
