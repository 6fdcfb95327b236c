#include "core/workbench/report/svg_canvas.h"

#include "core/base/utf8.h"
#include "core/workbench/report/markup.h"

#include <array>

#include <fmt/format.h>

namespace vernier {

namespace {

// Okabe and Ito's colours, those that stand off white paper first.
constexpr std::array<std::string_view, 7> kColours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                      "#e69f00", "#56b4e9", "#333333"};
constexpr std::array<std::string_view, 5> kDashes = {"", "7 3", "7 3 2 3", "2 3", "12 3"};
constexpr std::array<std::string_view, 6> kShapes = {"",
                                                     "M-4 -4H4V4H-4Z",
                                                     "M0 -5L5 4H-5Z",
                                                     "M0 -5.5L5.5 0L0 5.5L-5.5 0Z",
                                                     "M0 5L5 -4H-5Z",
                                                     "M-1.5 -5H1.5V-1.5H5V1.5H1.5V5H-1.5V1.5H-5V-1.5H-1.5Z"};

/// Width of a character as a share of the font size, in a usual sans-serif.
double widthOf(char32_t c) {
    if (c >= 0x1100)
        return 1;
    const bool isNarrow = c == 'i' || c == 'l' || c == 'j' || c == 't' || c == 'f' || c == '.' || c == ',' ||
                          c == ':' || c == '|' || c == '\'' || c == ' ' || c == 0x202f;
    const bool isWide = (c >= 'A' && c <= 'Z') || c == 'm' || c == 'w' || c == '%';
    return isNarrow ? 0.36 : isWide ? 0.74 : 0.6;
}

} // namespace

std::string_view seriesColour(int style) {
    return kColours[static_cast<std::size_t>(style) % kColours.size()];
}

std::string_view dashOf(int style) {
    return kDashes[static_cast<std::size_t>(style) % kDashes.size()];
}

double textWidth(std::string_view text, double fontSize) {
    const std::string valid = repairUtf8(text).text;
    double width = 0;
    for (std::size_t at = 0; at < valid.size();)
        width += widthOf(nextCodePoint(valid, at));
    return width * fontSize;
}

std::string fitted(const std::string& text, double width, double fontSize) {
    if (textWidth(text, fontSize) <= width)
        return text;
    const std::string valid = repairUtf8(text).text;
    double used = widthOf(U'…') * fontSize;
    std::size_t kept = 0;
    for (std::size_t at = 0; at < valid.size(); kept = at) {
        used += widthOf(nextCodePoint(valid, at)) * fontSize;
        if (used > width)
            break;
    }
    return valid.substr(0, kept) + "…";
}

SvgCanvas::SvgCanvas(double width, double height, std::string_view description)
    : m_text(fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0:g} {1:g}" width="{0:g}" )"
                         R"(height="{1:g}" role="img" aria-label="{2}"><g font-family="sans-serif">)",
                         width, height, escapeMarkup(description))) {
    m_text += '\n';
}

void SvgCanvas::line(double x1, double y1, double x2, double y2, std::string_view colour, double width) {
    m_text += fmt::format(R"(<line x1="{:.2f}" y1="{:.2f}" x2="{:.2f}" y2="{:.2f}" stroke="{}" stroke-width="{:g}"/>)",
                          x1, y1, x2, y2, colour, width);
    m_text += '\n';
}

void SvgCanvas::rectangle(double x, double y, double width, double height, std::string_view attributes,
                          std::string_view hint) {
    m_text += fmt::format(R"(<rect x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" {})", x, y, width, height,
                          attributes);
    m_text += hint.empty() ? "/>\n" : fmt::format("><title>{}</title></rect>\n", escapeMarkup(hint));
}

void SvgCanvas::text(double x, double y, std::string_view text, const SvgTextStyle& style) {
    static constexpr std::array kAnchors = {"start", "middle", "end"};
    const double shift = 0.35 * style.size; // to the middle of a line: Qt knows no dominant-baseline
    const std::string place = style.isUpright
                                  ? fmt::format(R"_(transform="translate({:.2f} {:.2f}) rotate(-90)")_", x + shift, y)
                                  : fmt::format(R"(x="{:.2f}" y="{:.2f}")", x, y + shift);
    m_text += fmt::format(R"(<text {} font-size="{:g}" text-anchor="{}" fill="{}")", place, style.size,
                          kAnchors[static_cast<std::size_t>(style.anchor)], style.colour);
    if (!style.cssClass.empty())
        m_text += fmt::format(R"( class="{}")", style.cssClass);
    if (style.isBold)
        m_text += R"( font-weight="bold")";
    m_text += fmt::format(">{}</text>\n", escapeMarkup(text));
}

void SvgCanvas::path(std::string_view data, std::string_view attributes) {
    m_text += fmt::format("<path d=\"{}\" {}/>\n", data, attributes);
}

void SvgCanvas::mark(double x, double y, int style, std::string_view hint, std::string_view cssClass) {
    const std::string_view colour = seriesColour(style);
    const std::string_view shape = kShapes[static_cast<std::size_t>(style) % kShapes.size()];
    m_text += fmt::format(R"_(<g class="{}" transform="translate({:.2f} {:.2f})">)_", cssClass, x, y);
    if (!hint.empty())
        m_text += fmt::format("<title>{}</title>", escapeMarkup(hint));
    m_text +=
        shape.empty()
            ? fmt::format(R"(<circle cx="0" cy="0" r="4.5" fill="{}" stroke="#ffffff" stroke-width="0.8"/>)", colour)
            : fmt::format(R"(<path d="{}" fill="{}" stroke="#ffffff" stroke-width="0.8"/>)", shape, colour);
    m_text += "</g>\n";
}

std::string SvgCanvas::finish() {
    m_text += "</g></svg>";
    return std::move(m_text);
}

} // namespace vernier
