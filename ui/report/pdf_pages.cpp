#include "ui/report/pdf_pages.h"

#include "core/base/error.h"

#include <QCoreApplication>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QPageLayout>
#include <QTextLayout>

namespace vernier::ui {

namespace {

constexpr int kResolution = 1200; // dots per inch: fine enough that letters keep their distances
constexpr QMarginsF kMargins{40, 45, 40, 57};
constexpr double kFooterAt = 16; // below what is drawn on

} // namespace

PdfPages::PdfPages(const QString& title, int pageCount)
    : m_title(title), m_pageCount(pageCount), m_unit(kResolution / 72.0), m_writer(&m_file) {
    m_file.open(QIODevice::WriteOnly);
    m_writer.setResolution(kResolution);
    m_writer.setPageSize(QPageSize(QPageSize::A4));
    m_writer.setPageMargins(kMargins, QPageLayout::Point);
    m_writer.setTitle(title);
    m_writer.setCreator(QStringLiteral("Vernier " VERNIER_VERSION));
    if (!m_painter.begin(&m_writer))
        throw Error(ErrorKind::Internal, "PDF", "cannot be drawn");
    drawFooter();
}

PdfPages::~PdfPages() = default;

void PdfPages::newPage() {
    m_writer.newPage();
    ++m_count;
    m_y = 0;
    drawFooter();
}

void PdfPages::require(double points) {
    if (points > left() && !isAtTop())
        newPage();
}

QFont PdfPages::font(const PdfTextStyle& style) const {
    QFont font = QFontDatabase::systemFont(style.isFixedPitch ? QFontDatabase::FixedFont : QFontDatabase::GeneralFont);
    font.setPointSizeF(style.size);
    font.setBold(style.isBold);
    font.setHintingPreference(QFont::PreferNoHinting);
    return QFont(font, &m_writer);
}

double PdfPages::textWidth(const QString& text, const PdfTextStyle& style) const {
    return QFontMetricsF(font(style), &m_writer).horizontalAdvance(text) / m_unit;
}

double PdfPages::textHeight(const QString& text, const PdfTextStyle& style) {
    QTextLayout layout(text, font(style), &m_writer);
    double height = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(kWidth * m_unit);
        height += line.height() / m_unit;
    }
    layout.endLayout();
    return height;
}

void PdfPages::text(const QString& text, const PdfTextStyle& style) {
    QTextLayout layout(text, font(style), &m_writer);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine())
        line.setLineWidth(kWidth * m_unit);
    layout.endLayout();
    m_painter.setPen(style.colour);
    for (int i = 0; i < layout.lineCount(); ++i) {
        const QTextLine line = layout.lineAt(i);
        require(line.height() / m_unit);
        line.draw(&m_painter, QPointF(0, m_y * m_unit - line.y()));
        m_y += line.height() / m_unit;
    }
}

void PdfPages::drawFooter() {
    const PdfTextStyle style{.size = 7.5, .colour = QColor(0x5c, 0x5c, 0x5c)};
    const QFont small = font(style);
    const QFontMetricsF metrics(small, &m_writer);
    m_painter.setFont(small);
    m_painter.setPen(style.colour);
    const double base = (kHeight + kFooterAt) * m_unit + metrics.ascent();
    const QString page = m_pageCount > 0
                             ? QCoreApplication::translate("PdfPages", "Page %1 of %2").arg(m_count).arg(m_pageCount)
                             : QString::number(m_count);
    const double width = metrics.horizontalAdvance(page);
    m_painter.drawText(QPointF(kWidth * m_unit - width, base), page);
    m_painter.drawText(QPointF(0, base),
                       metrics.elidedText(m_title, Qt::ElideMiddle, kWidth * m_unit - width - 20 * m_unit));
}

QByteArray PdfPages::finish() {
    m_painter.end();
    m_file.close();
    return m_file.data();
}

} // namespace vernier::ui
