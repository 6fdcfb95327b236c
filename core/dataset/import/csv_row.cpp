#include "core/dataset/import/csv_row.h"

#include <algorithm>

namespace vernier {

std::optional<std::vector<std::string>> splitRow(std::string_view row, char delimiter) {
    if (row.ends_with('\n'))
        row.remove_suffix(1);
    if (row.ends_with('\r'))
        row.remove_suffix(1);
    std::vector<std::string> fields(1);
    bool isFieldStart = true, isInQuotes = false;
    for (std::size_t at = 0; at < row.size(); ++at) {
        const char c = row[at];
        if (isInQuotes) {
            if (c != '"')
                fields.back() += c;
            else if (at + 1 < row.size() && row[at + 1] == '"')
                fields.back() += row[++at];
            else
                isInQuotes = false;
        } else if (c == delimiter) {
            fields.emplace_back();
            isFieldStart = true;
            continue;
        } else if (c == '"' && isFieldStart) {
            isInQuotes = true;
        } else {
            fields.back() += c;
        }
        isFieldStart = false;
    }
    return isInQuotes ? std::nullopt : std::optional(std::move(fields));
}

char sniffDelimiter(std::string_view header) {
    constexpr std::string_view kCandidates = ",;\t|";
    const auto count = [&](char delimiter) {
        const auto fields = splitRow(header, delimiter);
        return fields ? fields->size() : 0;
    };
    return *std::ranges::max_element(kCandidates, {}, count);
}

} // namespace vernier
