#pragma once

#include <string>
#include <string_view>

namespace vernier {

/// Colour number style of the palette, "#0072b2".
std::string_view seriesColour(int style);

/// About how wide a text is at a font size, for want of a font: enough to lay out labels and legends.
double textWidth(std::string_view text, double fontSize);

/// The longest beginning of a text that is about so wide, with "…" where something is cut off.
std::string fitted(const std::string& text, double width, double fontSize);

enum class Anchor { Start, Middle, End };

/// How a text stands in a picture.
struct SvgTextStyle {
    double size = 11;
    Anchor anchor = Anchor::Start;
    std::string_view colour = "#333333";
    std::string_view cssClass = {};
    bool isUpright = false; ///< turned by a quarter, reading upwards
    bool isBold = false;
};

/// Collects the elements of one <svg>.
class SvgCanvas {
public:
    SvgCanvas(double width, double height, std::string_view description);

    void line(double x1, double y1, double x2, double y2, std::string_view colour, double width = 1);
    void rectangle(double x, double y, double width, double height, std::string_view attributes,
                   std::string_view hint = {});
    void text(double x, double y, std::string_view text, const SvgTextStyle& style); ///< y: of the middle
    void path(std::string_view data, std::string_view attributes);
    /// A shape of about 9 pixels around a place: circle, square, triangle, …, by style.
    void mark(double x, double y, int style, std::string_view hint, std::string_view cssClass = "mark");
    std::string finish(); ///< the element

private:
    std::string m_text;
};

std::string_view dashOf(int style); ///< stroke-dasharray, "" for an unbroken line

} // namespace vernier
