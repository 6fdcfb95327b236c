#include "core/workbench/report/describe.h"

#include "core/workbench/report/sections.h"
#include "core/workbench/report/verdict.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

std::string subtitle(const Report& report) {
    return fmt::format("{} {}, written by Vernier {} on {}", report.runs.size(),
                       report.runs.size() == 1 ? "run" : "runs", report.environment.vernier,
                       report.environment.written);
}

} // namespace

void addInPieces(ReportSection& section, const ReportTable& table, std::size_t fixed, std::size_t most) {
    const std::size_t columns = table.columns.size();
    if (columns <= most) {
        section.blocks.emplace_back(table);
        return;
    }
    const std::size_t pieces = (columns - fixed + most - fixed - 1) / (most - fixed);
    const std::size_t width = (columns - fixed + pieces - 1) / pieces; // pieces of about the same width
    for (std::size_t first = fixed; first < columns; first += width) {
        const std::size_t end = std::min(columns, first + width);
        const auto cut = [&](const auto& row) {
            auto piece = row;
            piece.assign(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(fixed));
            piece.insert(piece.end(), row.begin() + static_cast<std::ptrdiff_t>(first),
                         row.begin() + static_cast<std::ptrdiff_t>(end));
            return piece;
        };
        ReportTable piece;
        piece.title = first == fixed ? table.title : table.title + ", continued";
        piece.columns = cut(table.columns);
        for (const auto& row : table.rows)
            piece.rows.push_back(cut(row));
        if (end == columns)
            piece.note = table.note;
        section.blocks.emplace_back(std::move(piece));
    }
}

ReportTable factsTable(std::string title, const std::vector<std::pair<std::string, std::string>>& facts) {
    ReportTable table;
    table.title = std::move(title);
    table.columns = {{"", ColumnKind::Text}, {"", ColumnKind::Text}};
    for (const auto& [what, value] : facts)
        table.rows.push_back({{what}, {value}});
    return table;
}

std::string numberOf(std::size_t run) {
    return fmt::format("{}", run + 1);
}

std::string numbersOf(const std::vector<std::size_t>& runs) {
    std::string text;
    for (std::size_t i = 0; i < runs.size();) {
        std::size_t last = i;
        while (last + 1 < runs.size() && runs[last + 1] == runs[last] + 1)
            ++last;
        text += (text.empty() ? "" : ", ") + numberOf(runs[i]);
        if (last > i)
            text += (last > i + 1 ? "–" : ", ") + numberOf(runs[last]);
        i = last + 1;
    }
    return text;
}

std::vector<std::size_t> runsToPlot(const Report& report, std::size_t most) {
    std::vector<std::size_t> runs;
    for (const ScoredAlike& group : scoredAlike(report)) {
        std::vector<std::size_t> some = group.runs;
        std::ranges::stable_sort(some, {}, [&](std::size_t run) { return distanceOf(report.rows[run], group); });
        runs.insert(runs.end(), some.begin(), some.end());
    }
    for (std::size_t run = 0; run < report.runs.size(); ++run)
        if (!report.runs[run].evaluation)
            runs.push_back(run);
    if (const auto baseline = baselineOf(report))
        std::ranges::stable_partition(runs, [&](std::size_t run) { return run == *baseline; });
    runs.resize(std::min(runs.size(), most));
    std::ranges::sort(runs);
    return runs;
}

ReportDocument describeReport(const Report& report) {
    ReportDocument document{"Quantization report: " + report.title, subtitle(report), {}};
    ReportSection summary{"Summary", {}};
    for (const std::string& paragraph : verdict(report))
        summary.blocks.emplace_back(ReportText{paragraph});
    for (const std::string& note : report.notes)
        summary.blocks.emplace_back(ReportText{note, true});
    document.sections.push_back(std::move(summary));
    for (auto section :
         {runsSection(report), settingsSection(report), tradeOffSection(report), domainsSection(report),
          layersSection(report), diagnosisSection(report), setsSection(report), environmentSection(report)})
        if (!section.blocks.empty())
            document.sections.push_back(std::move(section));
    return document;
}

ReportDocument describeComparison(const Report& report) {
    ReportDocument document{"Comparison of runs: " + report.title, subtitle(report), {}};
    for (auto section : {runsSection(report), settingsSection(report)})
        if (!section.blocks.empty())
            document.sections.push_back(std::move(section));
    return document;
}

} // namespace vernier
