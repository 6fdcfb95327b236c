#pragma once

#include <string>
#include <vector>

namespace vernier::cli {

/// Lines up rows of text in columns: the first column to the left, the others to the right, a rule below the header.
std::string table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

/// A field of CSV, quoted where RFC 4180 asks for it.
std::string csvField(const std::string& text);

} // namespace vernier::cli
