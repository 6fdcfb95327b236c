#pragma once

#include <QObject>
#include <QPalette>
#include <QString>

namespace vernier::ui {

enum class ThemeChoice { System, Light, Dark };

/// Dresses the application: Fusion style with Vernier's light or dark palette. "System" follows the palette that the
/// desktop had given the application when it started.
class Theme : public QObject {
    Q_OBJECT
public:
    /// To be made right after QApplication, while its palette is still the desktop's.
    explicit Theme(QObject* parent = nullptr);

    ThemeChoice choice() const { return m_choice; }
    bool isDark() const;
    void setChoice(ThemeChoice choice);

    static QPalette lightPalette();
    static QPalette darkPalette();

    static QString nameOf(ThemeChoice choice); ///< "system", "light", "dark"
    static bool fromName(const QString& name, ThemeChoice& choice);

signals:
    void changed();

private:
    void apply();

    bool m_systemIsDark;
    ThemeChoice m_choice = ThemeChoice::System;
};

} // namespace vernier::ui
