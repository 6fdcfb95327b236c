#pragma once

#include <QString>

class QLabel;
class QWidget;

namespace vernier::ui {

/// Makes the bold label that stands above a table or plot.
QLabel* sectionTitle(const QString& text, QWidget* parent);

} // namespace vernier::ui
