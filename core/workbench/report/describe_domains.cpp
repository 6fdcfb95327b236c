#include "core/workbench/report/number_text.h"
#include "core/workbench/report/sections.h"
#include "core/workbench/report/svg_plot.h"
#include "core/workbench/report/verdict.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::size_t kMostDomains = 8; // columns of one table, number and name of the run among them
constexpr std::size_t kMostBars = 5, kMostCategories = 16;

std::string protocolNote(const ScoredAlike& group) {
    return fmt::format("On {}: {} windows of {} tokens, {} predictions; {}.", group.text.data, group.text.windows,
                       group.text.sequenceLength, countText(static_cast<std::uint64_t>(group.text.scoredTokens)),
                       group.text.protocol);
}

/// The names of the domains that any run of the group was scored on, those of most predictions first.
std::vector<std::string> domainsOf(const Report& report, const ScoredAlike& group) {
    std::vector<GroupScore> scores;
    for (const std::size_t run : group.runs)
        for (const GroupScore& score : report.runs[run].evaluation->groups)
            if (std::ranges::find(scores, score.name, &GroupScore::name) == scores.end())
                scores.push_back(score);
    std::ranges::stable_sort(scores, std::greater<>(), &GroupScore::scoredTokens);
    std::vector<std::string> names;
    for (const GroupScore& score : scores)
        names.push_back(score.name);
    return names;
}

const GroupScore* scoreIn(const Report& report, std::size_t run, const std::string& domain) {
    const auto& scores = report.runs[run].evaluation->groups;
    const auto found = std::ranges::find(scores, domain, &GroupScore::name);
    return found == scores.end() ? nullptr : &*found;
}

/// A row per run and a column per domain, with the numbers of full precision above them.
ReportTable domainTable(const Report& report, const ScoredAlike& group, const std::vector<std::string>& domains,
                        bool isKl) {
    ReportTable table;
    table.title =
        fmt::format("{} by domain, {}", isKl ? "KL to full precision, nats per token," : "Perplexity", group.text.data);
    table.columns = {{"#", ColumnKind::Number}, {"run"}};
    std::vector<ReportCell> predictions = {{""}, {"predictions"}}, reference = {{""}, {"full precision"}};
    for (const std::string& domain : domains) {
        table.columns.push_back({domain, ColumnKind::Number});
        const GroupScore* any = nullptr;
        for (const std::size_t run : group.runs)
            any = any ? any : scoreIn(report, run, domain);
        predictions.push_back({any ? countText(static_cast<std::uint64_t>(any->scoredTokens)) : "–"});
        reference.push_back({any ? plain(any->referencePerplexity, 4) : "–"});
    }
    table.rows.push_back(predictions);
    if (!isKl && group.referencePerplexity)
        table.rows.push_back(reference);
    std::vector<double> best(domains.size(), std::numeric_limits<double>::infinity());
    const auto valueOf = [&](std::size_t run, std::size_t domain) {
        const GroupScore* score = scoreIn(report, run, domains[domain]);
        return !score ? std::optional<double>() : isKl ? score->kl : std::optional(score->perplexity);
    };
    for (const std::size_t run : group.runs)
        for (std::size_t domain = 0; domain < domains.size(); ++domain)
            best[domain] = std::min(best[domain], valueOf(run, domain).value_or(best[domain]));
    const auto baseline = baselineOf(report);
    for (const std::size_t run : group.runs) {
        std::vector<ReportCell> cells = {{numberOf(run)}, {report.runs[run].name}};
        for (std::size_t domain = 0; domain < domains.size(); ++domain) {
            const auto value = valueOf(run, domain);
            cells.push_back({isKl ? nats(value) : plain(value, 4)});
            if (group.runs.size() > 1 && value == best[domain])
                cells.back().emphasis = Emphasis::Best;
        }
        if (run == baseline)
            for (ReportCell& cell : cells)
                if (cell.emphasis == Emphasis::None)
                    cell.emphasis = Emphasis::Baseline;
        table.rows.push_back(std::move(cells));
    }
    table.note = protocolNote(group);
    if (group.runs.size() > 1)
        table.note += " Set off: the smallest of each domain.";
    return table;
}

/// How far perplexity lies above that of full precision, in percent, or the perplexity itself where that is not known.
ReportFigure domainBars(const Report& report, const ScoredAlike& group, std::vector<std::string> domains) {
    const bool isRelative = group.referencePerplexity.has_value();
    const std::size_t all = domains.size();
    domains.resize(std::min(all, kMostCategories));
    SvgBars bars;
    bars.value = {.title = isRelative ? "perplexity above full precision (%)" : "perplexity", .fromZero = true};
    bars.decimals = isRelative ? 2 : 3;
    bars.categories = domains;
    int style = 0;
    std::vector<std::size_t> runs = runsToPlot(report, kMostBars);
    std::erase_if(runs, [&](std::size_t run) { return std::ranges::find(group.runs, run) == group.runs.end(); });
    for (const std::size_t run : runs) {
        auto& series = bars.series.emplace_back();
        series.name = fmt::format("{} {}", numberOf(run), report.runs[run].name);
        series.style = style++;
        for (const std::string& domain : domains) {
            const GroupScore* score = scoreIn(report, run, domain);
            const bool isKnown = score && (!isRelative || score->referencePerplexity);
            series.values.push_back(!isKnown     ? std::numeric_limits<double>::quiet_NaN()
                                    : isRelative ? 100 * (score->perplexity / *score->referencePerplexity - 1)
                                                 : score->perplexity);
        }
    }
    std::string note = protocolNote(group);
    if (runs.size() < group.runs.size())
        note +=
            fmt::format(" The {} closest of {} runs, with the baseline, are drawn.", runs.size(), group.runs.size());
    if (all > domains.size())
        note += fmt::format(" The {} largest of {} domains are drawn.", domains.size(), all);
    return {isRelative ? "Perplexity by domain, above full precision" : "Perplexity by domain", svgOf(bars), bars.width,
            heightOf(bars), note};
}

} // namespace

ReportSection domainsSection(const Report& report) {
    ReportSection section{"Domains", {}};
    for (const ScoredAlike& group : scoredAlike(report)) {
        const auto domains = domainsOf(report, group);
        if (domains.empty())
            continue;
        if (section.blocks.empty() && domains.size() > 1)
            section.blocks.emplace_back(domainBars(report, group, domains));
        addInPieces(section, domainTable(report, group, domains, false), 2, kMostDomains);
        if (group.hasKl)
            addInPieces(section, domainTable(report, group, domains, true), 2, kMostDomains);
    }
    return section;
}

} // namespace vernier
