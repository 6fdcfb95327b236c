#pragma once

#include <QIcon>
#include <QString>

namespace vernier::ui {

/// An icon of resources/icons by its name, drawn in the text colour of the palette in force when it is painted.
QIcon icon(const QString& name);

} // namespace vernier::ui
