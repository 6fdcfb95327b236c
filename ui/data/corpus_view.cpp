#include "ui/data/corpus_view.h"

#include "core/curate/filter.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace vernier::ui {

namespace {

/// Documents of the set in its order, each once.
std::vector<std::uint32_t> inOrder(const CalibrationSet& set, std::vector<std::uint8_t> member) {
    std::vector<std::uint32_t> rows;
    for (const std::uint32_t document : set.documents)
        if (document < member.size() && std::exchange(member[document], std::uint8_t{0}))
            rows.push_back(document);
    return rows;
}

} // namespace

DocumentColumns columnsOf(const DocumentTable& table, const Project& project, std::span<const std::uint8_t> chosen) {
    DocumentColumns columns = table.columns();
    columns.chosen = chosen;
    for (const CalibrationSet& set : project.sets)
        columns.sets.push_back({set.name, {set.documents.data(), set.documents.size()}});
    return columns;
}

std::vector<std::uint32_t> findDocuments(const DocumentTable& table, const Project& project, const CalibrationSet* set,
                                         const CorpusQuery& query, const JobContext& job) {
    std::vector<std::uint8_t> chosen(table.size(), 0);
    if (set)
        chosen = membership(table.size(), {set->documents.data(), set->documents.size()});
    const DocumentColumns columns = columnsOf(table, project, chosen);
    std::vector<std::uint32_t> rows = filterRows(Filter::parse(query.expression), columns, job);
    if (query.scope == SetScope::Inside && set && query.sort == SortColumn::Row && query.order == SortOrder::Rising) {
        std::vector<std::uint8_t> passed = membership(table.size(), rows);
        return inOrder(*set, std::move(passed));
    }
    if (query.scope != SetScope::Everything) {
        const std::vector<std::uint8_t> inside =
            query.scope == SetScope::Picked ? membership(table.size(), query.picked) : chosen;
        const bool wanted = query.scope != SetScope::Outside;
        std::erase_if(rows, [&](std::uint32_t row) { return (inside[row] != 0) != wanted; });
    }
    if (query.sort != SortColumn::Row || query.order != SortOrder::Rising)
        sortRows(columns, query.sort, query.order, rows, job);
    return rows;
}

CorpusSummary summarize(const Project& project, std::span<const std::uint32_t> documents,
                        std::span<const std::int32_t> tokenCounts) {
    CorpusSummary summary;
    std::unordered_map<std::string_view, CorpusSummary::Domain> domains;
    for (const std::uint32_t index : documents) {
        const DocumentView document = project.corpus[index];
        CorpusSummary::Domain& domain = domains[document.domain];
        ++summary.documents;
        ++domain.documents;
        summary.conversations += document.isConversation ? 1 : 0;
        const std::int32_t count = index < tokenCounts.size() ? tokenCounts[index] : kNotCounted;
        if (count == kNotRendered)
            ++summary.unrenderable;
        if (count < 0)
            continue;
        ++summary.counted;
        summary.tokens += static_cast<std::uint64_t>(count);
        domain.tokens += static_cast<std::uint64_t>(count);
    }
    for (auto& [name, domain] : domains) {
        domain.name = name;
        summary.domains.push_back(std::move(domain));
    }
    std::sort(summary.domains.begin(), summary.domains.end(), [](const auto& a, const auto& b) {
        return a.documents != b.documents ? a.documents > b.documents : a.name < b.name;
    });
    return summary;
}

} // namespace vernier::ui
