#include "ui/shell/theme.h"

#include <QApplication>
#include <QStyle>
#include <QStyleFactory>
#include <QToolTip>

namespace vernier::ui {

namespace {

/// Names the few colours a palette is made from.
struct Tones {
    QRgb window, base, alternate, button, text, muted, disabled, line, shadow, accent, onAccent, link;
};

constexpr Tones kLight{0xfff4f5f7, 0xffffffff, 0xfff4f6f9, 0xffeceef1, 0xff1b222c, 0xff646d7a,
                       0xff9aa2ad, 0xffc9ced6, 0xff9aa2ad, 0xff0072b2, 0xffffffff, 0xff0067a3};
constexpr Tones kDark{0xff292e35, 0xff191c21, 0xff1f2328, 0xff383e47, 0xffe6eaef, 0xffa4adb9,
                      0xff767f8a, 0xff4a525d, 0xff0d0f12, 0xff1f74ae, 0xffffffff, 0xff62b9ec};

QPalette paletteOf(const Tones& tones) {
    QPalette palette;
    const auto set = [&palette](QPalette::ColorRole role, QRgb colour, QRgb disabled) {
        palette.setColor(QPalette::Active, role, QColor::fromRgb(colour));
        palette.setColor(QPalette::Inactive, role, QColor::fromRgb(colour));
        palette.setColor(QPalette::Disabled, role, QColor::fromRgb(disabled));
    };
    set(QPalette::Window, tones.window, tones.window);
    set(QPalette::Base, tones.base, tones.window);
    set(QPalette::AlternateBase, tones.alternate, tones.window);
    set(QPalette::Button, tones.button, tones.window);
    set(QPalette::ToolTipBase, tones.base, tones.base);
    set(QPalette::WindowText, tones.text, tones.disabled);
    set(QPalette::Text, tones.text, tones.disabled);
    set(QPalette::ButtonText, tones.text, tones.disabled);
    set(QPalette::ToolTipText, tones.text, tones.text);
    set(QPalette::PlaceholderText, tones.muted, tones.disabled);
    set(QPalette::BrightText, tones.onAccent, tones.onAccent);
    set(QPalette::Highlight, tones.accent, tones.line);
    set(QPalette::HighlightedText, tones.onAccent, tones.disabled);
    set(QPalette::Link, tones.link, tones.disabled);
    set(QPalette::LinkVisited, tones.link, tones.disabled);
    set(QPalette::Light, tones.base, tones.base);
    set(QPalette::Midlight, tones.button, tones.button);
    set(QPalette::Mid, tones.line, tones.line);
    set(QPalette::Dark, tones.shadow, tones.shadow);
    set(QPalette::Shadow, tones.shadow, tones.shadow);
    return palette;
}

} // namespace

Theme::Theme(QObject* parent)
    : QObject(parent), m_systemIsDark(QApplication::palette().color(QPalette::Window).lightness() < 128) {
    apply();
}

bool Theme::isDark() const {
    return m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && m_systemIsDark);
}

void Theme::setChoice(ThemeChoice choice) {
    if (choice == m_choice)
        return;
    m_choice = choice;
    apply();
    emit changed();
}

void Theme::apply() {
    if (QApplication::style()->name() != QLatin1String("fusion"))
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    const QPalette palette = isDark() ? darkPalette() : lightPalette();
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
}

QPalette Theme::lightPalette() {
    return paletteOf(kLight);
}

QPalette Theme::darkPalette() {
    return paletteOf(kDark);
}

QString Theme::nameOf(ThemeChoice choice) {
    switch (choice) {
    case ThemeChoice::Light:
        return QStringLiteral("light");
    case ThemeChoice::Dark:
        return QStringLiteral("dark");
    default:
        return QStringLiteral("system");
    }
}

bool Theme::fromName(const QString& name, ThemeChoice& choice) {
    for (const ThemeChoice candidate : {ThemeChoice::System, ThemeChoice::Light, ThemeChoice::Dark}) {
        if (name == nameOf(candidate)) {
            choice = candidate;
            return true;
        }
    }
    return false;
}

} // namespace vernier::ui
