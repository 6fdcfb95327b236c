#pragma once

#include <QAction>
#include <QString>

#include <functional>

class QMenu;
class QToolButton;
class QWidget;

namespace vernier::ui {

/// An action whose key acts only in the widgets it is added to, so that letters can be typed elsewhere.
QAction* keyedAction(QObject* parent, const QString& name, const QString& text, const QString& toolTip,
                     const QKeySequence& key, const std::function<void()>& act);

/// Fills menu with how often documents can stand in a set, and gives the button that opens it.
QToolButton* timesButton(QMenu& menu, const QString& toolTip, const std::function<void(int times)>& multiply);

} // namespace vernier::ui
