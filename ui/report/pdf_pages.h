#pragma once

#include <QBuffer>
#include <QFont>
#include <QPainter>
#include <QPdfWriter>
#include <QString>

namespace vernier::ui {

/// Is a font of a report, and its colour.
struct PdfTextStyle {
    double size = 9; ///< points
    bool isBold = false, isFixedPitch = false;
    QColor colour = QColor(0x1c, 0x1c, 0x1c);
};

/// Holds the A4 pages of a PDF while they are drawn from top to bottom; every page gets its number, and how many there
/// are where that is told. Lengths are points. May be used on any thread, by one at a time.
class PdfPages {
public:
    /// pageCount: 0 while it is not known.
    PdfPages(const QString& title, int pageCount);
    ~PdfPages();

    static constexpr double kWidth = 515, kHeight = 740; ///< of what may be drawn on: A4 less its margins

    double y() const { return m_y; }
    double left() const { return kHeight - m_y; } ///< room below
    bool isAtTop() const { return m_y <= 0; }
    void advance(double points) { m_y += points; }
    void newPage();
    int count() const { return m_count; }

    /// Breaks the page unless there is so much room, or the page is empty.
    void require(double points);

    QPainter& painter() { return m_painter; }
    double unit() const { return m_unit; } ///< device pixels per point
    QFont font(const PdfTextStyle& style) const;
    /// A text over the whole width from y() on; advances behind it. Paragraphs too long for the page go on overleaf.
    void text(const QString& text, const PdfTextStyle& style);
    double textHeight(const QString& text, const PdfTextStyle& style);
    double textWidth(const QString& text, const PdfTextStyle& style) const;

    QByteArray finish(); ///< the file

private:
    void drawFooter();

    QString m_title;
    int m_pageCount, m_count = 1;
    double m_unit, m_y = 0;
    QBuffer m_file;
    QPdfWriter m_writer;
    QPainter m_painter;
};

} // namespace vernier::ui
