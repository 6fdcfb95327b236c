#pragma once

#include <QByteArray>
#include <QString>

class QCustomPlot;

namespace vernier::ui {

/// The pictures a plot can be saved as.
enum class PictureFormat { Png, Svg, Pdf };

/// Draws the plot as a file of that format. title is stored in the file; scale multiplies the pixels of a PNG.
QByteArray renderPicture(QCustomPlot& plot, PictureFormat format, const QString& title, double scale = 1);

/// Writes a file whole or not at all. Returns an empty text, or what went wrong.
QString writeWholeFile(const QString& path, const QByteArray& bytes);

} // namespace vernier::ui
