#include "core/workbench/report/svg_frame.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr double kRow = 18, kKey = 26;

void drawKey(SvgCanvas& canvas, double x, double y, const LegendEntry& entry) {
    const std::string_view colour = entry.isThin ? "#888888" : seriesColour(entry.style);
    if (entry.isBar)
        return canvas.rectangle(x + 6, y - 5, 14, 10, fmt::format(R"(fill="{}")", colour));
    if (entry.hasLine) {
        const std::string_view dash = entry.isThin ? "3 3" : dashOf(entry.style);
        canvas.path(fmt::format("M{:.2f} {:.2f}H{:.2f}", x, y, x + kKey - 4),
                    fmt::format(R"(fill="none" stroke="{}" stroke-width="{}"{})", colour, entry.isThin ? 1 : 1.6,
                                dash.empty() ? "" : fmt::format(R"( stroke-dasharray="{}")", dash)));
    }
    if (entry.hasMarks)
        canvas.mark(x + kKey / 2 - 2, y, entry.style, {}, "key");
}

/// Only whole numbers of the marks of an axis that counts.
SvgTicks wholeTicks(const SvgScale& scale) {
    SvgTicks all = ticksOf(scale, 12), whole;
    for (std::size_t i = 0; i < all.values.size(); ++i)
        if (std::abs(all.values[i] - std::round(all.values[i])) < 1e-9) {
            whole.values.push_back(all.values[i]);
            whole.texts.push_back(fmt::format("{:.0f}", all.values[i]));
        }
    return whole;
}

} // namespace

double drawLegend(SvgCanvas& canvas, const std::vector<LegendEntry>& entries, double width) {
    if (entries.empty())
        return 10;
    double x = 8, y = 12;
    for (const LegendEntry& entry : entries) {
        const std::string name = fitted(entry.name, width - kKey - 20, kTitleSize);
        const double needed = kKey + textWidth(name, kTitleSize) + 14;
        if (x + needed > width && x > 8)
            x = 8, y += kRow;
        drawKey(canvas, x, y, entry);
        canvas.text(x + kKey, y, name, {.size = kTitleSize, .cssClass = "legend"});
        x += needed;
    }
    return y + kRow;
}

void drawFrame(SvgCanvas& canvas, const SvgPlot& plot, SvgScale& x, SvgScale& y, double top) {
    const SvgTicks down = ticksOf(y, 6);
    double widest = 0;
    for (const std::string& text : down.texts)
        widest = std::max(widest, textWidth(text, kTickSize));
    x.from = 28 + widest + 8;
    x.to = plot.width - 14;
    y.from = plot.height - 42;
    y.to = top;
    for (std::size_t i = 0; i < down.values.size(); ++i) {
        const double at = y.at(down.values[i]);
        canvas.line(x.from, at, x.to, at, kGridColour);
        canvas.text(x.from - 6, at, down.texts[i], {.size = kTickSize, .anchor = Anchor::End, .cssClass = "y-tick"});
    }
    const SvgTicks across = plot.x.wholeNumbers ? wholeTicks(x) : ticksOf(x, 7);
    for (std::size_t i = 0; i < across.values.size(); ++i) {
        const double at = x.at(across.values[i]);
        canvas.line(at, y.to, at, y.from, kGridColour);
        canvas.line(at, y.from, at, y.from + 4, kAxisColour);
        canvas.text(at, y.from + 13, across.texts[i],
                    {.size = kTickSize, .anchor = Anchor::Middle, .cssClass = "x-tick"});
    }
    canvas.line(x.from, y.from, x.to, y.from, kAxisColour);
    canvas.line(x.from, y.to, x.from, y.from, kAxisColour);
    canvas.text((x.from + x.to) / 2, plot.height - 10, plot.x.title, {.size = kTitleSize, .anchor = Anchor::Middle});
    canvas.text(12, (y.from + y.to) / 2, plot.y.title,
                {.size = kTitleSize, .anchor = Anchor::Middle, .isUpright = true});
}

} // namespace vernier
