#include "core/workbench/report/svg_plot.h"

#include "core/workbench/report/svg_canvas.h"
#include "core/workbench/report/svg_frame.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr double kLabelSize = 10;

bool isShown(double value, const SvgAxis& axis) {
    return std::isfinite(value) && (!axis.logarithmic || value > 0);
}

/// Lowest and highest value of a coordinate over all points that can be shown.
struct Extent {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    void add(double value) { low = std::min(low, value), high = std::max(high, value); }
};

struct Box {
    double left, top, right, bottom;
    bool meets(const Box& other) const {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
};

/// Places labels beside points where nothing else stands.
class Labels {
public:
    Labels(SvgCanvas& canvas, const Box& room) : m_canvas(canvas), m_room(room) {}

    void keepFree(double x, double y) { m_taken.push_back({x - 5, y - 5, x + 5, y + 5}); }
    bool put(double x, double y, const std::string& label, bool isBold) {
        const double width = textWidth(label, kLabelSize), half = 0.6 * kLabelSize;
        struct Try {
            double dx, dy;
            Anchor anchor;
        };
        for (const Try& way : {Try{8, 0, Anchor::Start}, Try{-8, 0, Anchor::End}, Try{0, -12, Anchor::Middle},
                               Try{0, 12, Anchor::Middle}, Try{7, -10, Anchor::Start}, Try{7, 10, Anchor::Start},
                               Try{-7, -10, Anchor::End}, Try{-7, 10, Anchor::End}}) {
            const double at = x + way.dx;
            const double left = way.anchor == Anchor::Start ? at
                                : way.anchor == Anchor::End ? at - width
                                                            : at - width / 2;
            const Box box{left - 1, y + way.dy - half, left + width + 1, y + way.dy + half};
            const bool isInside = box.left >= m_room.left && box.right <= m_room.right && box.top >= m_room.top &&
                                  box.bottom <= m_room.bottom;
            if (!isInside || std::ranges::any_of(m_taken, [&](const Box& other) { return other.meets(box); }))
                continue;
            m_canvas.text(at, y + way.dy, label,
                          {.size = kLabelSize, .anchor = way.anchor, .colour = "#333333", .isBold = isBold});
            m_taken.push_back(box);
            return true;
        }
        return false;
    }

private:
    SvgCanvas& m_canvas;
    Box m_room;
    std::vector<Box> m_taken;
};

void drawLine(SvgCanvas& canvas, const SvgPlot& plot, const SvgSeries& series, const SvgScale& x, const SvgScale& y) {
    std::string data;
    bool isBroken = true;
    for (const SvgPoint& point : series.points) {
        const bool shown = isShown(point.x, plot.x) && isShown(point.y, plot.y);
        if (shown)
            data += fmt::format("{}{:.2f} {:.2f}", isBroken ? "M" : "L", x.at(point.x), y.at(point.y));
        isBroken = !shown;
    }
    if (data.empty())
        return;
    const std::string_view dash = series.isThin ? "3 3" : dashOf(series.style);
    canvas.path(data, fmt::format(R"(fill="none" stroke="{}" stroke-width="{}"{})",
                                  series.isThin ? "#888888" : seriesColour(series.style), series.isThin ? 1 : 1.6,
                                  dash.empty() ? "" : fmt::format(R"( stroke-dasharray="{}")", dash)));
}

} // namespace

std::string svgOf(const SvgPlot& plot) {
    Extent xs, ys;
    for (const SvgSeries& series : plot.series)
        for (const SvgPoint& point : series.points)
            if (isShown(point.x, plot.x) && isShown(point.y, plot.y))
                xs.add(point.x), ys.add(point.y);
    SvgScale x = scaleFor(xs.low, xs.high, plot.x.logarithmic, plot.x.fromZero);
    SvgScale y = scaleFor(ys.low, ys.high, plot.y.logarithmic, plot.y.fromZero);
    if (plot.x.wholeNumbers && xs.low <= xs.high)
        x.low = xs.low - 0.5, x.high = xs.high + 0.5;

    SvgCanvas canvas(plot.width, plot.height, plot.y.title + " over " + plot.x.title);
    std::vector<LegendEntry> entries;
    for (const SvgSeries& series : plot.series)
        if (!series.name.empty())
            entries.push_back({series.name, series.style, series.hasLine, series.hasMarks, series.isThin});
    const double top = drawLegend(canvas, entries, plot.width);
    drawFrame(canvas, plot, x, y, top);
    for (const SvgSeries& series : plot.series)
        if (series.hasLine)
            drawLine(canvas, plot, series, x, y);
    Labels labels(canvas, {x.from, y.to - 4, x.to + 4, y.from});
    const auto eachMark = [&](auto&& visit) {
        for (const SvgSeries& series : plot.series)
            for (const SvgPoint& point : series.points)
                if (series.hasMarks && isShown(point.x, plot.x) && isShown(point.y, plot.y))
                    visit(series, point, x.at(point.x), y.at(point.y));
    };
    eachMark([&](const SvgSeries& series, const SvgPoint& point, double left, double down) {
        canvas.mark(left, down, series.style, point.hint);
        labels.keepFree(left, down);
    });
    for (const bool named : {true, false}) // those with names choose their places first
        eachMark([&](const SvgSeries&, const SvgPoint& point, double left, double down) {
            if (point.label.empty() == named)
                return;
            if (!named || !labels.put(left, down, point.label, true))
                if (!point.number.empty())
                    labels.put(left, down, point.number, false);
        });
    return canvas.finish();
}

} // namespace vernier
