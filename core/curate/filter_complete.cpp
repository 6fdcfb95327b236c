#include "core/curate/filter_tree.h"
#include "core/curate/text_search.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::size_t kOffers = 100;

/// Where the term that ends at cursor begins, behind its minus signs; quotes hold terms together.
std::size_t termBegin(std::string_view expression, std::size_t cursor) {
    std::size_t begin = 0;
    bool inQuotes = false;
    for (std::size_t i = 0; i < cursor; ++i) {
        const char c = expression[i];
        if (c == '\\' && inQuotes)
            ++i;
        else if (c == '"')
            inQuotes = !inQuotes;
        else if (!inQuotes && (c == ' ' || c == '\t' || c == '\n' || c == '(' || c == ')'))
            begin = i + 1;
    }
    while (begin < cursor && expression[begin] == '-')
        ++begin;
    return begin;
}

/// A value as it must be written behind a colon.
std::string spelled(std::string_view value) {
    if (value.find_first_of(" \t\n()\"\\") == std::string_view::npos)
        return std::string(value);
    std::string quoted = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

std::set<std::string> valuesOf(std::string_view field, const DocumentColumns& columns) {
    const auto of = [](const NameColumn& column) {
        return std::set<std::string>(column.names.begin(), column.names.end());
    };
    if (field == "is")
        return {"conversation", "text", "chosen", "dup"};
    const auto* known = std::ranges::find(kFilterFields, field, &FilterFieldName::name);
    if (known == std::end(kFilterFields))
        return {};
    std::set<std::string> values;
    switch (known->field) {
    case FilterField::Domain:
        return of(columns.domains);
    case FilterField::Source:
        return of(columns.sources);
    case FilterField::Language:
        return of(columns.languages);
    case FilterField::Script:
        return of(columns.scripts);
    case FilterField::Tag:
        for (const auto& tags : columns.tags.lists)
            values.insert(tags.begin(), tags.end());
        return values;
    case FilterField::Set:
        for (const SetMembers& set : columns.sets)
            values.emplace(set.name);
        return values;
    }
    return values;
}

std::set<std::string> termOpenings() {
    std::set<std::string> openings = {"is:", "dup"};
    for (const FilterFieldName& field : kFilterFields)
        openings.insert(fmt::format("{}:", field.name));
    for (const FilterNumberName& number : kFilterNumbers)
        openings.insert(fmt::format("{}>", number.name));
    return openings;
}

} // namespace

FilterCompletion completeFilter(std::string_view expression, std::size_t cursor, const DocumentColumns& columns) {
    cursor = std::min(cursor, expression.size());
    FilterCompletion completion;
    completion.replaceFrom = termBegin(expression, cursor);
    std::string_view typed = expression.substr(completion.replaceFrom, cursor - completion.replaceFrom);
    const std::size_t colon = typed.find(':');
    std::set<std::string> values;
    if (colon == std::string_view::npos) {
        values = termOpenings();
    } else {
        values = valuesOf(typed.substr(0, colon), columns);
        completion.replaceFrom += colon + 1;
        typed.remove_prefix(colon + 1);
        if (typed.starts_with('"'))
            typed.remove_prefix(1);
    }
    // Sources are paths: what a person types is in the middle of them.
    const TextSearch search(typed);
    const std::string folded = foldCase(typed);
    for (const std::string& value : values) {
        const bool fits = colon == std::string_view::npos ? foldCase(value).starts_with(folded) : search.foundIn(value);
        if (fits && !value.empty() && completion.offers.size() < kOffers)
            completion.offers.push_back(colon == std::string_view::npos ? value : spelled(value));
    }
    return completion;
}

} // namespace vernier
