#include "ui/plots/plot_export.h"

#include <QBuffer>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <qcustomplot.h>

namespace vernier::ui {

namespace {

/// Vector devices get text and paths: no cached tick labels, which would be pixmaps.
void paintVectorized(QCustomPlot& plot, QPaintDevice& device, double unitsPerPixel) {
    QCPPainter painter;
    painter.begin(&device);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    painter.setMode(QCPPainter::pmNonCosmetic);
    painter.scale(unitsPerPixel, unitsPerPixel);
    plot.toPainter(&painter, plot.width(), plot.height());
    painter.end();
}

} // namespace

QByteArray renderPicture(QCustomPlot& plot, PictureFormat format, const QString& title, double scale) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    switch (format) {
    case PictureFormat::Png: {
        QImage image = plot.toPixmap(plot.width(), plot.height(), scale).toImage();
        image.setText(QStringLiteral("Title"), title);
        image.save(&buffer, "PNG");
        break;
    }
    case PictureFormat::Svg: {
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setTitle(title);
        generator.setSize(plot.size());
        generator.setViewBox(QRect(QPoint(), plot.size()));
        paintVectorized(plot, generator, 1);
        break;
    }
    case PictureFormat::Pdf: {
        constexpr int kDotsPerInch = 1200;
        constexpr double kPixelsPerInch = 96;
        QPdfWriter writer(&buffer);
        writer.setTitle(title);
        writer.setResolution(kDotsPerInch);
        writer.setPageMargins(QMarginsF());
        writer.setPageSize(QPageSize(QSizeF(plot.size()) / kPixelsPerInch, QPageSize::Inch));
        paintVectorized(plot, writer, kDotsPerInch / kPixelsPerInch);
        break;
    }
    }
    return bytes;
}

QString writeWholeFile(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return file.errorString();
    return {};
}

} // namespace vernier::ui
