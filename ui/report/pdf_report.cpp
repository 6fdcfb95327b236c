#include "ui/report/pdf_report.h"

#include "core/base/error.h"
#include "ui/bridge/text.h"
#include "ui/report/pdf_pages.h"
#include "ui/report/pdf_table.h"

#include <QSvgRenderer>

#include <algorithm>

namespace vernier::ui {

namespace {

constexpr double kFigureWidth = 450; // points
const QColor kQuiet(0x5c, 0x5c, 0x5c), kAccent(0x00, 0x72, 0xb2);

/// Draws blocks one below the other.
class BlockDrawing {
public:
    BlockDrawing(PdfPages& pages, const JobContext& job) : m_pages(pages), m_job(job) {}

    void operator()(const ReportText& text) const {
        const QString words = fromUtf8(text.text);
        m_pages.text(words, text.isNote ? PdfTextStyle{.size = 7.6, .colour = kQuiet} : PdfTextStyle{.size = 9.2});
        m_pages.advance(6);
    }

    void operator()(const ReportTable& table) const { drawTable(m_pages, table, m_job); }

    void operator()(const ReportFigure& figure) const {
        const PdfTextStyle titleStyle{.size = 9.5, .isBold = true}, noteStyle{.size = 7.4, .colour = kQuiet};
        QSvgRenderer renderer(QByteArray::fromStdString(figure.svg));
        if (!renderer.isValid())
            throw Error(ErrorKind::Internal, figure.title, "is a plot that cannot be read");
        const QString title = fromUtf8(figure.title), note = fromUtf8(figure.note);
        const double around = m_pages.textHeight(title, titleStyle) + m_pages.textHeight(note, noteStyle) + 9;
        // Tall ones become narrower rather than longer than a page.
        const double most = PdfPages::kHeight - around;
        const double width = std::min(kFigureWidth, most * figure.width / figure.height);
        const double height = width * figure.height / figure.width;
        m_pages.require(around + height);
        m_pages.text(title, titleStyle);
        m_pages.advance(3);
        const double unit = m_pages.unit();
        renderer.render(&m_pages.painter(), QRectF(0, m_pages.y() * unit, width * unit, height * unit));
        m_pages.advance(height + 3);
        if (!note.isEmpty())
            m_pages.text(note, noteStyle);
        m_pages.advance(12);
    }

private:
    PdfPages& m_pages;
    const JobContext& m_job;
};

/// Room that the beginning of a block takes, for a heading that is not to stand alone.
double beginningOf(const ReportBlock& block) {
    if (const auto* figure = std::get_if<ReportFigure>(&block))
        return std::min(kFigureWidth * figure->height / figure->width + 60, PdfPages::kHeight - 40);
    if (const auto* table = std::get_if<ReportTable>(&block))
        return 80 + (table->rows.size() <= kShortRows ? 16.0 * static_cast<double>(table->rows.size()) : 50);
    return 30;
}

void drawAll(PdfPages& pages, const ReportDocument& document, const JobContext& job) {
    pages.text(fromUtf8(document.title), {.size = 19, .isBold = true});
    pages.text(fromUtf8(document.subtitle), {.size = 9, .colour = kQuiet});
    for (const ReportSection& section : document.sections) {
        job.throwIfCancelled();
        pages.advance(pages.isAtTop() ? 0 : 12);
        pages.require(30 + (section.blocks.empty() ? 0 : beginningOf(section.blocks.front())));
        pages.text(fromUtf8(section.title), {.size = 13, .isBold = true});
        const double unit = pages.unit();
        pages.painter().setPen(QPen(kAccent, 1.4 * unit));
        pages.painter().drawLine(QPointF(0, (pages.y() + 2) * unit),
                                 QPointF(PdfPages::kWidth * unit, (pages.y() + 2) * unit));
        pages.advance(10);
        for (const ReportBlock& block : section.blocks) {
            job.throwIfCancelled();
            std::visit(BlockDrawing(pages, job), block);
        }
    }
}

} // namespace

QByteArray pdfOf(const ReportDocument& document, const JobContext& job) {
    const QString title = fromUtf8(document.title);
    PdfPages counted(title, 0); // drawn once to see how many pages there are
    drawAll(counted, document, job);
    PdfPages pages(title, counted.count());
    drawAll(pages, document, job);
    return pages.finish();
}

} // namespace vernier::ui
