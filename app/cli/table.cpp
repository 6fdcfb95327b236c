#include "app/cli/table.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier::cli {

std::string table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (std::size_t column = 0; column < header.size(); ++column) {
        std::size_t width = header[column].size();
        for (const auto& row : rows)
            width = std::max(width, row[column].size());
        widths.push_back(width);
    }
    std::string text;
    const auto append = [&](const std::vector<std::string>& row) {
        for (std::size_t column = 0; column < row.size(); ++column)
            text += column == 0 ? fmt::format("{:<{}}", row[column], widths[column])
                                : fmt::format("  {:>{}}", row[column], widths[column]);
        text += '\n';
    };
    append(header);
    std::vector<std::string> rule;
    for (const std::size_t width : widths)
        rule.emplace_back(width, '-');
    append(rule);
    for (const auto& row : rows)
        append(row);
    return text;
}

std::string csvField(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted(1, '"');
    for (const char c : text)
        quoted.append(c == '"' ? 2 : 1, c);
    quoted.push_back('"');
    return quoted;
}

} // namespace vernier::cli
