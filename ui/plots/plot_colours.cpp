#include "ui/plots/plot_colours.h"

#include <array>

namespace vernier::ui {

namespace {

QColor mix(const QColor& from, const QColor& to, double share) {
    const auto channel = [share](float a, float b) { return static_cast<float>(a + (b - a) * share); };
    return QColor::fromRgbF(channel(from.redF(), to.redF()), channel(from.greenF(), to.greenF()),
                            channel(from.blueF(), to.blueF()));
}

PlotColours derive(const QColor& background, const QColor& text, const QColor& highlight) {
    const bool dark = background.lightnessF() < 0.5;
    PlotColours colours;
    colours.background = background;
    colours.background.setAlpha(255);
    colours.text = mix(text, background, 0.1);
    colours.axis = mix(text, background, 0.45);
    colours.grid = mix(background, text, 0.14);
    colours.subGrid = mix(background, text, 0.07);
    colours.highlight = highlight;
    // Blue and yellow change places with their lighter and darker neighbours so that each stands off the background.
    const QColor blue(0x00, 0x72, 0xb2), sky(0x56, 0xb4, 0xe9), orange(0xe6, 0x9f, 0x00), green(0x00, 0x9e, 0x73);
    const QColor purple(0xcc, 0x79, 0xa7), vermillion(0xd5, 0x5e, 0x00), yellow(0xf0, 0xe4, 0x42);
    colours.warning = vermillion;
    if (dark)
        colours.seriesColours = {sky, orange, green, purple, yellow, vermillion, colours.text};
    else
        colours.seriesColours = {blue, vermillion, green, purple, orange, sky, colours.text};
    return colours;
}

} // namespace

PlotColours PlotColours::fromPalette(const QPalette& palette) {
    return derive(palette.color(QPalette::Base), palette.color(QPalette::Text), palette.color(QPalette::Highlight));
}

PlotColours PlotColours::paper() {
    return derive(Qt::white, Qt::black, QColor(0x00, 0x72, 0xb2));
}

Qt::PenStyle seriesDash(std::size_t index) {
    static constexpr std::array styles{Qt::SolidLine, Qt::DashLine, Qt::DashDotLine, Qt::DotLine, Qt::DashDotDotLine};
    return styles[index % styles.size()];
}

} // namespace vernier::ui
