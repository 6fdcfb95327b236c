#pragma once

#include <QString>

class QCheckBox;
class QVBoxLayout;
class QWidget;

namespace vernier::ui {

class ElidedLabel;

// What the parts of the workspace are made of.

QCheckBox* makeToggle(const QString& text, const QString& toolTip);
ElidedLabel* makeCaption(const QString& text); ///< bold; shortened in the middle where there is no room
QVBoxLayout* makeColumn(QWidget* widget);      ///< without margins

} // namespace vernier::ui
