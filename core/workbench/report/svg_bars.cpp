#include "core/workbench/report/number_text.h"
#include "core/workbench/report/svg_canvas.h"
#include "core/workbench/report/svg_frame.h"
#include "core/workbench/report/svg_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr double kBar = 13, kGap = 10, kBelow = 42, kMostName = 200;

double legendHeight(const SvgBars& bars) {
    SvgCanvas nowhere(bars.width, 1, {});
    std::vector<LegendEntry> entries;
    for (const auto& series : bars.series)
        entries.push_back({.name = series.name, .style = series.style, .isBar = true});
    return drawLegend(nowhere, entries, bars.width);
}

double rowsHeight(const SvgBars& bars) {
    const double row = static_cast<double>(std::max<std::size_t>(bars.series.size(), 1)) * kBar + kGap;
    return static_cast<double>(bars.categories.size()) * row;
}

} // namespace

double heightOf(const SvgBars& bars) {
    return legendHeight(bars) + rowsHeight(bars) + kBelow;
}

std::string svgOf(const SvgBars& bars) {
    const double height = heightOf(bars);
    SvgCanvas canvas(bars.width, height, bars.value.title);
    std::vector<LegendEntry> entries;
    for (const auto& series : bars.series)
        entries.push_back({.name = series.name, .style = series.style, .isBar = true});
    const double top = drawLegend(canvas, entries, bars.width);

    double low = std::numeric_limits<double>::infinity(), high = -low, names = 0;
    for (const auto& series : bars.series)
        for (const double value : series.values)
            if (std::isfinite(value))
                low = std::min(low, value), high = std::max(high, value);
    for (const std::string& category : bars.categories)
        names = std::max(names, std::min(kMostName, textWidth(category, kTitleSize)));
    SvgScale scale = scaleFor(low, high, bars.value.logarithmic, bars.value.fromZero);
    scale.from = 8 + names + 8;
    scale.to = bars.width - 60; // room for the value at the longest bar
    const double bottom = top + rowsHeight(bars);

    const SvgTicks ticks = ticksOf(scale, 6);
    for (std::size_t i = 0; i < ticks.values.size(); ++i) {
        const double at = scale.at(ticks.values[i]);
        canvas.line(at, top, at, bottom, kGridColour);
        canvas.text(at, bottom + 13, ticks.texts[i],
                    {.size = kTickSize, .anchor = Anchor::Middle, .cssClass = "x-tick"});
    }
    const double base = scale.at(std::clamp(0.0, scale.low, scale.high));
    double y = top + kGap / 2;
    for (std::size_t row = 0; row < bars.categories.size(); ++row) {
        const double middle = y + static_cast<double>(bars.series.size()) * kBar / 2;
        canvas.text(scale.from - 8, middle, fitted(bars.categories[row], kMostName, kTitleSize),
                    {.size = kTitleSize, .anchor = Anchor::End, .cssClass = "category"});
        for (const auto& series : bars.series) {
            const double value = series.values[row];
            if (std::isfinite(value)) {
                const double end = scale.at(value);
                const std::string text = plain(value, bars.decimals);
                canvas.rectangle(std::min(base, end), y + 1, std::abs(end - base), kBar - 2,
                                 fmt::format(R"(class="bar" fill="{}")", seriesColour(series.style)),
                                 fmt::format("{}, {}: {}", series.name, bars.categories[row], text));
                canvas.text(std::max(base, end) + 5, y + kBar / 2, text, {.size = 9.5});
            }
            y += kBar;
        }
        y += kGap;
    }
    canvas.line(base, top, base, bottom, kAxisColour);
    canvas.text((scale.from + scale.to) / 2, bottom + 31, bars.value.title,
                {.size = kTitleSize, .anchor = Anchor::Middle});
    return canvas.finish();
}

} // namespace vernier
