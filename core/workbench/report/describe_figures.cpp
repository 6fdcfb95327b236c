#include "core/workbench/report/number_text.h"
#include "core/workbench/report/sections.h"
#include "core/workbench/report/svg_plot.h"
#include "core/workbench/report/verdict.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::size_t kMostLines = 7;

ReportFigure figureOf(std::string title, const SvgPlot& plot, std::string note) {
    return {std::move(title), svgOf(plot), plot.width, plot.height, std::move(note)};
}

/// Bytes in the unit that suits the largest.
struct SizeUnit {
    double divisor = 1e6;
    const char* name = "MB";
};
SizeUnit unitFor(std::uint64_t largest) {
    return largest >= 2'000'000'000 ? SizeUnit{1e9, "GB"} : largest >= 1'000'000 ? SizeUnit{} : SizeUnit{1e3, "kB"};
}

bool spansDecades(const std::vector<double>& values) {
    const auto [low, high] = std::ranges::minmax(values);
    return low > 0 && high / low > 20;
}

/// Size against perplexity or KL, a series per method, with the front of those that none beats in both.
ReportFigure tradeOffFigure(const Report& report, const ScoredAlike& group, bool byKl) {
    const auto valueOf = [&](const ComparisonRow& row) { return byKl ? row.kl.value() : row.perplexity.value(); };
    ScoredAlike alike = group;
    alike.hasKl = byKl;
    const auto front = paretoFront(report, alike);
    std::uint64_t largest = 0;
    std::vector<double> values;
    for (const std::size_t run : group.runs) {
        largest = std::max(largest, report.rows[run].totalBytes);
        values.push_back(valueOf(report.rows[run]));
    }
    const SizeUnit unit = unitFor(largest);
    SvgPlot plot;
    plot.x.title = fmt::format("size ({})", unit.name);
    plot.y.title = byKl ? "KL to full precision (nats per token)" : "perplexity";
    plot.y.logarithmic = byKl && spansDecades(values);
    const auto pointOf = [&](std::size_t run) {
        const ComparisonRow& row = report.rows[run];
        return SvgPoint{static_cast<double>(row.totalBytes) / unit.divisor, valueOf(row)};
    };
    SvgSeries& line = plot.series.emplace_back();
    line.name = "Pareto front";
    line.hasMarks = false;
    line.isThin = true;
    for (const std::size_t run : front)
        line.points.push_back(pointOf(run));
    std::map<std::string, std::size_t> methods;
    const auto baseline = baselineOf(report);
    for (const std::size_t run : group.runs) {
        const ComparisonRow& row = report.rows[run];
        const auto [place, isNew] = methods.emplace(row.method, plot.series.size());
        if (isNew) {
            SvgSeries& series = plot.series.emplace_back();
            series.name = row.method;
            series.hasLine = false;
            series.style = static_cast<int>(methods.size()) - 1;
        }
        SvgPoint point = pointOf(run);
        point.number = numberOf(run);
        if (run == baseline || std::ranges::find(front, run) != front.end())
            point.label = fmt::format("{} {}", numberOf(run), row.run);
        point.hint =
            fmt::format("{} {}: {}, {} {}", numberOf(run), row.run, megabyteText(static_cast<double>(row.totalBytes)),
                        byKl ? "KL" : "perplexity", byKl ? nats(valueOf(row)) : plain(valueOf(row), 4));
        plot.series[place->second].points.push_back(std::move(point));
    }
    std::string note = "Numbers are those of the table of runs; down and to the left is better.";
    if (!byKl && group.referencePerplexity)
        note += fmt::format(" Full precision has a perplexity of {}.", plain(group.referencePerplexity, 4));
    return figureOf(byKl ? "Size against KL" : "Size against perplexity", plot, note);
}

/// The number of the block in the name of a linear, "model.layers.3.mlp.down_proj".
std::optional<int> blockOf(std::string_view linear) {
    for (std::size_t at = 0; at < linear.size();) {
        const std::size_t end = std::min(linear.find('.', at), linear.size());
        int block = 0;
        const auto [stop, problem] = std::from_chars(linear.data() + at, linear.data() + end, block);
        if (problem == std::errc() && stop == linear.data() + end)
            return block;
        at = end + 1;
    }
    return std::nullopt;
}

/// What stands behind the block in the name of a linear, "mlp.down_proj".
std::string kindOf(const std::string& linear, int block) {
    const std::string number = fmt::format(".{}.", block);
    const auto at = linear.find(number);
    return at == std::string::npos ? linear : linear.substr(at + number.size());
}

std::string leftOutNote(std::size_t shown, std::size_t all) {
    return shown == all ? std::string()
                        : fmt::format(" The {} closest of {} runs, with the baseline, are drawn.", shown, all);
}

ReportFigure blocksFigure(const Report& report) {
    const auto runs = runsToPlot(report, kMostLines);
    SvgPlot plot;
    plot.x = {.title = "block", .wholeNumbers = true};
    plot.y = {.title = "mean relative output error of its linears", .logarithmic = true};
    int style = 0;
    for (const std::size_t run : runs) {
        std::map<int, std::pair<double, int>> sums;
        for (const LinearReport& linear : report.runs[run].reports)
            if (const auto block = blockOf(linear.name)) {
                sums[*block].first += linear.relativeError;
                ++sums[*block].second;
            }
        SvgSeries& series = plot.series.emplace_back();
        series.name = fmt::format("{} {}", numberOf(run), report.runs[run].name);
        series.style = style++;
        for (const auto& [block, sum] : sums) {
            const double mean = sum.first / sum.second;
            series.points.push_back({static_cast<double>(block),
                                     mean,
                                     {},
                                     {},
                                     fmt::format("{}, block {}: {}", series.name, block, scientific(mean))});
        }
    }
    return figureOf("Error along the depth", plot,
                    "tr(ΔW H ΔWᵀ) / tr(W H Wᵀ) of each linear, averaged over those of a block." +
                        leftOutNote(runs.size(), report.runs.size()));
}

ReportFigure linearsFigure(const Report& report, std::size_t run) {
    SvgPlot plot;
    plot.x = {.title = "block", .wholeNumbers = true};
    plot.y = {.title = "relative output error", .logarithmic = true};
    std::map<std::string, std::size_t> kinds;
    for (const LinearReport& linear : report.runs[run].reports) {
        const auto block = blockOf(linear.name);
        if (!block)
            continue;
        const std::string kind = kindOf(linear.name, *block);
        const auto [place, isNew] = kinds.emplace(kind, plot.series.size());
        if (isNew && plot.series.size() == kMostLines) { // experts would be a tangle
            kinds.erase(kind);
            continue;
        }
        if (isNew) {
            SvgSeries& series = plot.series.emplace_back();
            series.name = kind;
            series.style = static_cast<int>(plot.series.size()) - 1;
        }
        plot.series[place->second].points.push_back(
            {static_cast<double>(*block),
             linear.relativeError,
             {},
             {},
             fmt::format("{}: {}", linear.name, scientific(linear.relativeError))});
    }
    return figureOf(fmt::format("Error of each linear of {}", report.runs[run].name), plot,
                    "One line per kind of linear. Linears kept in full precision have no error and no mark.");
}

} // namespace

ReportSection tradeOffSection(const Report& report) {
    ReportSection section{"Size against quality", {}};
    const auto groups = scoredAlike(report);
    if (groups.empty() || groups.front().runs.size() < 2)
        return section;
    section.blocks.emplace_back(tradeOffFigure(report, groups.front(), false));
    if (groups.front().hasKl)
        section.blocks.emplace_back(tradeOffFigure(report, groups.front(), true));
    return section;
}

ReportSection layersSection(const Report& report) {
    ReportSection section{"Error of the layers", {}};
    section.blocks.emplace_back(blocksFigure(report));
    const auto groups = scoredAlike(report);
    section.blocks.emplace_back(linearsFigure(report, groups.empty() ? 0 : closest(report, groups.front())));
    return section;
}

} // namespace vernier
