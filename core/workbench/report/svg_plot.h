#pragma once

#include <string>
#include <vector>

namespace vernier {

// Plots as SVG that needs nothing else: presentation attributes only (SVG Tiny 1.2, which Qt draws too), light colours
// of Okabe and Ito's palette, series told apart by shape and dash as well, so that a copy in grey still reads.

struct SvgAxis {
    std::string title; ///< with its unit
    bool logarithmic = false;
    bool fromZero = false;
    bool wholeNumbers = false; ///< marks stand at whole numbers only
};

struct SvgPoint {
    double x = 0, y = 0;    ///< one that is not finite, or not positive on a logarithmic axis, is left out
    std::string label = {}; ///< stands beside the point where there is room, or else `number` does
    std::string number = {};
    std::string hint = {}; ///< shown when one points at it
};

struct SvgSeries {
    std::string name; ///< in the legend; empty: not there
    std::vector<SvgPoint> points;
    bool hasLine = true, hasMarks = true;
    bool isThin = false; ///< a line that guides the eye, grey
    int style = 0;       ///< colour, shape and dash
};

struct SvgPlot {
    double width = 680, height = 360;
    SvgAxis x, y;
    std::vector<SvgSeries> series;
};

/// Draws lines and points over two axes. Every mark is a <g class="mark" transform="translate(x y)">; the marks of the
/// axes are <text class="x-tick"> and <text class="y-tick">.
std::string svgOf(const SvgPlot& plot);

/// Bars of several series, side by side in categories that stand one below the other.
struct SvgBars {
    double width = 680;
    SvgAxis value;
    std::vector<std::string> categories;
    struct Series {
        std::string name;
        std::vector<double> values; ///< by category; one that is not finite has no bar
        int style = 0;
    };
    std::vector<Series> series;
    int decimals = 3; ///< of the values written at the bars
};

double heightOf(const SvgBars& bars);
/// Every bar is a <rect class="bar"> between 0, or the end of the axis that is nearer to it, and its value.
std::string svgOf(const SvgBars& bars);

} // namespace vernier
