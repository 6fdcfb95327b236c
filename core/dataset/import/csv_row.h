#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Splits one row of CSV (RFC 4180): fields may stand in quotes and then hold delimiters, line breaks and doubled
/// quotes. Nothing when a quote is not closed.
std::optional<std::vector<std::string>> splitRow(std::string_view row, char delimiter);

/// The delimiter of a table that begins with this header row: comma, semicolon, tab or bar, whichever it has most.
char sniffDelimiter(std::string_view header);

} // namespace vernier
