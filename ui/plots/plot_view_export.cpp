// What PlotView can be saved and copied as, and the menu that offers it.

#include "ui/plots/plot_export.h"
#include "ui/plots/plot_view.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QMenu>
#include <QTextStream>

#include <qcustomplot.h>

#include <cmath>

namespace vernier::ui {

QString PlotView::csv() const {
    QString text;
    QTextStream out(&text);
    if (m_hasData)
        writeCsv(out);
    return text;
}

QByteArray PlotView::picture(PictureFormat format, double scale) {
    if (format == PictureFormat::Png)
        return renderPicture(*m_plot, format, m_title, scale);
    m_colours = PlotColours::paper();
    applyTheme();
    QByteArray bytes = renderPicture(*m_plot, format, m_title, scale);
    m_colours = PlotColours::fromPalette(palette());
    applyTheme();
    replotLater();
    return bytes;
}

void PlotView::copyPicture() {
    QApplication::clipboard()->setPixmap(m_plot->toPixmap(m_plot->width(), m_plot->height(), 2));
}

void PlotView::copyCsv() {
    QApplication::clipboard()->setText(csv());
}

void PlotView::contextMenuEvent(QContextMenuEvent* event) {
    if (!m_hasData)
        return;
    QMenu menu(this);
    menu.addAction(tr("Show everything\tR"), this, &PlotView::resetView);
    addMenuActions(menu);
    menu.addSeparator();
    menu.addAction(tr("Copy picture"), this, &PlotView::copyPicture);
    menu.addAction(tr("Copy numbers as CSV"), this, &PlotView::copyCsv);
    menu.addSeparator();
    menu.addAction(tr("Save as PNG…"), this, [this] { exportPicture(PictureFormat::Png, 2); });
    menu.addAction(tr("Save as SVG…"), this, [this] { exportPicture(PictureFormat::Svg, 1); });
    menu.addAction(tr("Save as PDF…"), this, [this] { exportPicture(PictureFormat::Pdf, 1); });
    menu.addAction(tr("Save numbers as CSV…"), this, &PlotView::exportCsv);
    menu.exec(event->globalPos());
}

QString PlotView::askForPath(const QString& suffix, const QString& filter) {
    QString name = m_title.isEmpty() ? QStringLiteral("plot") : m_title;
    for (QChar& c : name)
        if (!c.isLetterOrNumber() && c != QLatin1Char('.') && c != QLatin1Char('-'))
            c = QLatin1Char('_');
    QString path = QFileDialog::getSaveFileName(this, tr("Save plot"), name + QLatin1Char('.') + suffix, filter);
    if (!path.isEmpty() && QFileInfo(path).suffix().isEmpty())
        path += QLatin1Char('.') + suffix;
    return path;
}

void PlotView::exportPicture(PictureFormat format, double scale) {
    QString path;
    switch (format) {
    case PictureFormat::Png:
        path = askForPath(QStringLiteral("png"), tr("PNG picture (*.png)"));
        break;
    case PictureFormat::Svg:
        path = askForPath(QStringLiteral("svg"), tr("SVG drawing (*.svg)"));
        break;
    case PictureFormat::Pdf:
        path = askForPath(QStringLiteral("pdf"), tr("PDF document (*.pdf)"));
        break;
    }
    if (!path.isEmpty())
        save(path, picture(format, scale));
}

void PlotView::exportCsv() {
    const QString path = askForPath(QStringLiteral("csv"), tr("Comma-separated values (*.csv)"));
    if (!path.isEmpty())
        save(path, csv().toUtf8());
}

void PlotView::save(const QString& path, const QByteArray& bytes) {
    const QString problem = writeWholeFile(path, bytes);
    if (problem.isEmpty())
        emit exported(path);
    else
        emit exportFailed(path, problem);
}

QString csvNumber(double value) {
    return std::isfinite(value) ? QString::number(value, 'g', QLocale::FloatingPointShortest) : QString();
}

QString csvText(const QString& text) {
    if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) && !text.contains(QLatin1Char('\n')))
        return text;
    QString quoted = text;
    quoted.replace(QLatin1Char('"'), QStringLiteral("\"\""));
    return QLatin1Char('"') + quoted + QLatin1Char('"');
}

} // namespace vernier::ui
