#include "core/workbench/report/number_text.h"
#include "core/workbench/report/sections.h"
#include "core/workbench/report/settings_differences.h"
#include "core/workbench/report/verdict.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

constexpr std::size_t kMostSettings = 8; // columns of one table, number and name of the run among them

ReportTable runsTable(const Report& report) {
    const auto baseline = baselineOf(report);
    const auto groups = scoredAlike(report);
    ReportTable table;
    table.title = "All runs";
    table.columns = {{"#", ColumnKind::Number},
                     {"run"},
                     {"method"},
                     {"grid"},
                     {"bits per weight", ColumnKind::Number},
                     {"size", ColumnKind::Number},
                     {"perplexity", ColumnKind::Number},
                     {"KL, nats", ColumnKind::Number},
                     {"top-1", ColumnKind::Number},
                     {"layer error", ColumnKind::Number},
                     {"time", ColumnKind::Number}};
    for (std::size_t run = 0; run < report.rows.size(); ++run) {
        const ComparisonRow& row = report.rows[run];
        std::vector<ReportCell> cells = {{numberOf(run)},
                                         {row.run},
                                         {row.method},
                                         {row.scheme.text()},
                                         {plain(row.bitsPerWeight, 3)},
                                         {megabyteText(static_cast<double>(row.totalBytes))},
                                         {plain(row.perplexity, 4)},
                                         {nats(row.kl)},
                                         {row.top1 ? percentText(*row.top1, 2) : "–"},
                                         {scientific(row.meanRelativeError)},
                                         {secondsText(row.seconds)}};
        if (run == baseline)
            for (ReportCell& cell : cells)
                cell.emphasis = Emphasis::Baseline;
        if (!groups.empty() && groups.front().runs.size() > 1 && run == closest(report, groups.front()))
            cells[groups.front().hasKl ? 7 : 6].emphasis = Emphasis::Best;
        table.rows.push_back(std::move(cells));
    }
    table.note = "Size: codes, scales and zero points, and what stays in 16 bits. KL: mean over positions of the "
                 "divergence from full precision. Top-1: positions where both rank the same token first. Layer error: "
                 "mean over linears of tr(ΔW H ΔWᵀ) / tr(W H Wᵀ).";
    if (!groups.empty() && groups.front().runs.size() > 1)
        table.note += fmt::format(" Set off: the smallest {} of those scored alike.", distanceName(groups.front()));
    for (std::size_t group = 0; group < groups.size(); ++group) {
        const ScoredAlike& alike = groups[group];
        table.note += fmt::format(
            " {} scored on {}: {} windows of {} tokens, {} predictions; {}; full precision: perplexity {}.",
            groups.size() == 1 ? "All evaluated runs are"
                               : fmt::format("{} {}", numbersOf(alike.runs), alike.runs.size() == 1 ? "is" : "are"),
            alike.text.data, alike.text.windows, alike.text.sequenceLength,
            countText(static_cast<std::uint64_t>(alike.text.scoredTokens)), alike.text.protocol,
            plain(alike.referencePerplexity, 4));
    }
    return table;
}

/// A difference, set off by whether it is to the good; lower is better unless told otherwise.
ReportCell differenceCell(const std::optional<double>& value, const std::optional<double>& base, int decimals,
                          double factor = 1, bool isHigherBetter = false) {
    if (!value || !base)
        return {"–"};
    const double difference = factor * (*value - *base);
    ReportCell cell{signedText(difference, decimals)};
    const bool isNone = cell.text.front() == '0';
    if (!isNone)
        cell.emphasis = (difference < 0) != isHigherBetter ? Emphasis::Better : Emphasis::Worse;
    return cell;
}

ReportTable differencesTable(const Report& report, std::size_t baseline) {
    const ComparisonRow& base = report.rows[baseline];
    ReportTable table;
    table.title = "Differences from the baseline " + base.run;
    table.columns = {{"#", ColumnKind::Number},
                     {"run"},
                     {"Δ size, MB", ColumnKind::Number},
                     {"Δ size, %", ColumnKind::Number},
                     {"Δ perplexity", ColumnKind::Number},
                     {"Δ KL, nats", ColumnKind::Number},
                     {"Δ top-1, points", ColumnKind::Number},
                     {"layer error ratio", ColumnKind::Number}};
    const bool isPaired = !report.paired.empty();
    if (isPaired)
        table.columns.insert(
            table.columns.end(),
            {{"Δ loss, nats per token", ColumnKind::Number}, {"95 % interval", ColumnKind::Number}, {"sure"}});
    const auto groups = scoredAlike(report);
    const auto isAlike = [&](std::size_t run) {
        return !groups.empty() && std::ranges::find(groups.front().runs, baseline) != groups.front().runs.end() &&
               std::ranges::find(groups.front().runs, run) != groups.front().runs.end();
    };
    bool leavesOut = false;
    for (std::size_t run = 0; run < report.rows.size(); ++run) {
        if (run == baseline)
            continue;
        ComparisonRow row = report.rows[run];
        if (!isAlike(run)) {
            leavesOut = leavesOut || row.perplexity;
            row.perplexity = row.kl = row.top1 = std::nullopt;
        }
        const auto bytes = static_cast<double>(row.totalBytes), baseBytes = static_cast<double>(base.totalBytes);
        std::vector<ReportCell> cells = {
            {numberOf(run)},
            {row.run},
            differenceCell(bytes / 1e6, baseBytes / 1e6, 2),
            differenceCell(bytes / baseBytes, 1, 1, 100),
            differenceCell(row.perplexity, base.perplexity, 4),
            differenceCell(row.kl, base.kl, 5),
            differenceCell(row.top1, base.top1, 2, 100, true),
            {base.meanRelativeError > 0 ? plain(row.meanRelativeError / base.meanRelativeError, 3) : "–"}};
        if (isPaired) {
            const auto known = report.paired.find(row.run);
            if (known == report.paired.end())
                cells.insert(cells.end(), {{"–"}, {"–"}, {"–"}});
            else {
                const PairedComparison& is = known->second;
                cells.push_back(differenceCell(is.meanDifference, 0, 5));
                cells.push_back({fmt::format("{} … {}", signedText(is.low, 5), signedText(is.high, 5))});
                cells.push_back({!is.isSure() ? "not sure" : is.meanDifference < 0 ? "better" : "worse"});
            }
        }
        table.rows.push_back(std::move(cells));
    }
    table.note = "Negative differences of size, perplexity, KL and loss are to the good, positive ones of top-1.";
    if (isPaired)
        table.note += fmt::format(" Interval: paired bootstrap over {} windows; sure where it leaves zero out.",
                                  report.paired.begin()->second.windows);
    if (leavesOut)
        table.note += " Runs scored on another text or by another protocol than the baseline have no difference in "
                      "what was scored.";
    return table;
}

/// What people wrote on runs.
ReportTable notesTable(const Report& report) {
    ReportTable table;
    table.title = "Tags and notes";
    table.columns = {{"#", ColumnKind::Number}, {"run"}, {"tags"}, {"note"}};
    for (std::size_t run = 0; run < report.runs.size(); ++run) {
        const auto& tags = report.runs[run].tags;
        if (!tags.empty() || !report.runs[run].note.empty())
            table.rows.push_back({{numberOf(run)},
                                  {report.runs[run].name},
                                  {fmt::format("{}", fmt::join(tags, ", "))},
                                  {report.runs[run].note}});
    }
    return table;
}

} // namespace

ReportSection runsSection(const Report& report) {
    ReportSection section{"Runs", {}};
    section.blocks.emplace_back(runsTable(report));
    const auto baseline = baselineOf(report);
    if (baseline && report.runs.size() > 1)
        section.blocks.emplace_back(differencesTable(report, *baseline));
    if (ReportTable notes = notesTable(report); !notes.rows.empty())
        section.blocks.emplace_back(std::move(notes));
    return section;
}

ReportSection settingsSection(const Report& report) {
    ReportSection section{"Settings", {}};
    const SettingDifferences settings = settingDifferences(report.runs);
    if (!settings.keys.empty()) {
        ReportTable table;
        table.title = "Settings that differ";
        table.columns = {{"#", ColumnKind::Number}, {"run"}};
        for (const std::string& key : settings.keys)
            table.columns.push_back({key});
        for (std::size_t run = 0; run < report.runs.size(); ++run) {
            std::vector<ReportCell> cells = {{numberOf(run)}, {report.runs[run].name}};
            for (std::size_t key = 0; key < settings.keys.size(); ++key) {
                const std::string& value = settings.values[run][key];
                const bool isUsual = value == settings.values[settings.usual[key]][key];
                cells.push_back({value.empty() ? "–" : value, isUsual ? Emphasis::None : Emphasis::Differs});
            }
            table.rows.push_back(std::move(cells));
        }
        table.note = "Set off: values other than the most common one. –: not asked for, or the run's method has no "
                     "such setting.";
        addInPieces(section, table, 2, kMostSettings);
    }
    if (!settings.ofMethods.empty()) {
        std::vector<std::pair<std::string, std::string>> facts;
        for (const MethodSetting& setting : settings.ofMethods)
            facts.emplace_back(setting.key, fmt::format("{} (runs {})", setting.value, numbersOf(setting.runs)));
        section.blocks.emplace_back(factsTable("Settings of some methods, alike in all runs of these", facts));
    }
    section.blocks.emplace_back(
        factsTable(report.runs.size() == 1 ? "Settings" : "Settings that all runs share", settings.common));
    return section;
}

} // namespace vernier
