#include "ui/report/pdf_table.h"

#include "ui/bridge/text.h"
#include "ui/report/pdf_pages.h"

#include <QTextLayout>

#include <algorithm>
#include <memory>
#include <numeric>

namespace vernier::ui {

namespace {

constexpr double kSide = 3.2, kAbove = 2; // points around the text of a cell
constexpr double kWidestWord = 54;        // points; longer ones may be broken anywhere

const QColor kRule(0xe2, 0xe2, 0xe2), kHeaderRule(0x8a, 0x8a, 0x8a), kHeaderText(0x3a, 0x3a, 0x3a);

/// What an emphasis looks like.
struct Look {
    QColor background, text = QColor(0x1c, 0x1c, 0x1c);
    bool isBold = false;
};

Look lookOf(Emphasis emphasis) {
    switch (emphasis) {
    case Emphasis::Baseline:
        return {.background = QColor(0xf1, 0xf5, 0xf8)};
    case Emphasis::Best:
        return {.background = QColor(0xe3, 0xf1, 0xea), .isBold = true};
    case Emphasis::Better:
        return {.background = {}, .text = QColor(0x00, 0x56, 0x8a)};
    case Emphasis::Worse:
        return {.background = {}, .text = QColor(0xa0, 0x43, 0x00)};
    case Emphasis::Differs:
        return {.background = QColor(0xfd, 0xf1, 0xd9)};
    case Emphasis::None:
        break;
    }
    return {};
}

PdfTextStyle styleOf(const ReportColumn& column, const Look& look) {
    const bool isCode = column.kind == ColumnKind::Code;
    return {.size = isCode ? 6.9 : 7.4, .isBold = look.isBold, .isFixedPitch = isCode, .colour = look.text};
}

constexpr PdfTextStyle kHeaderStyle{.size = 7.4, .isBold = true};

/// Lets names of settings, linears and files be broken behind their marks.
QString breakable(QString text) {
    for (const QChar mark : {QLatin1Char('_'), QLatin1Char('.'), QLatin1Char('/'), QLatin1Char('+')})
        text.replace(mark, QString(mark) + QChar(0x200b));
    return text;
}

/// Is a cell laid out for its column.
struct Cell {
    std::unique_ptr<QTextLayout> layout;
    Look look;
    double height = 0;
};
struct Row {
    std::vector<Cell> cells;
    double height = 0;
};

/// Is a table as it is drawn.
class TableDrawing {
public:
    TableDrawing(PdfPages& pages, const ReportTable& table) : m_pages(pages), m_table(table) {
        measure();
        if (table.hasHeader()) {
            std::vector<ReportCell> titles;
            for (const ReportColumn& column : table.columns)
                titles.push_back({column.title});
            m_header = layOut(titles, true);
        }
    }

    Row row(std::size_t index) { return layOut(m_table.rows[index], false); }
    double headerHeight() const { return m_header.height; }

    void drawHeader() {
        if (m_header.cells.empty())
            return;
        draw(m_header, true);
    }
    void draw(Row& row, bool isHeader = false) {
        QPainter& painter = m_pages.painter();
        const double unit = m_pages.unit(), top = m_pages.y();
        double x = 0;
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            Cell& cell = row.cells[i];
            if (cell.look.background.isValid())
                painter.fillRect(QRectF(x * unit, top * unit, m_widths[i] * unit, row.height * unit),
                                 cell.look.background);
            painter.setPen(isHeader ? kHeaderText : cell.look.text);
            const double down = isHeader ? row.height - cell.height - kAbove : kAbove; // headers stand on their rule
            cell.layout->draw(&painter, QPointF((x + kSide) * unit, (top + down) * unit));
            x += m_widths[i];
        }
        m_pages.advance(row.height);
        painter.setPen(QPen(isHeader ? kHeaderRule : kRule, (isHeader ? 0.9 : 0.5) * unit));
        painter.drawLine(QPointF(0, m_pages.y() * unit), QPointF(x * unit, m_pages.y() * unit));
    }

private:
    void measure() {
        std::vector<double> wanted(m_table.columns.size()), least = wanted;
        const auto take = [&](std::size_t column, const QString& text, const PdfTextStyle& style, bool isHeader) {
            const double all = m_pages.textWidth(text, style);
            double word = all;
            if (isHeader || m_table.columns[column].kind != ColumnKind::Number) {
                word = 0;
                QString parts = text;
                for (const QString& part : parts.replace(QChar(0x200b), QLatin1Char(' ')).split(QLatin1Char(' ')))
                    word = std::max(word, m_pages.textWidth(part, style));
                word = std::min(word, kWidestWord);
            }
            // A header may take two lines before it makes its column wider than the numbers below it.
            wanted[column] = std::max(wanted[column], (isHeader ? std::max(word, all / 2) : all) + 2 * kSide + 0.5);
            least[column] = std::max(least[column], word + 2 * kSide + 0.5);
        };
        for (std::size_t i = 0; i < m_table.columns.size(); ++i) {
            take(i, breakable(fromUtf8(m_table.columns[i].title)), kHeaderStyle, true);
            for (const auto& row : m_table.rows)
                take(i, textOf(row[i], m_table.columns[i]), styleOf(m_table.columns[i], lookOf(row[i].emphasis)),
                     false);
        }
        m_widths = columnWidths(wanted, least, PdfPages::kWidth);
    }

    static QString textOf(const ReportCell& cell, const ReportColumn& column) {
        const QString text = fromUtf8(cell.text);
        return column.kind == ColumnKind::Number ? text : breakable(text);
    }

    Row layOut(const std::vector<ReportCell>& cells, bool isHeader) {
        Row row;
        const double unit = m_pages.unit();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const ReportColumn& column = m_table.columns[i];
            Cell& cell = row.cells.emplace_back();
            cell.look = lookOf(cells[i].emphasis);
            const PdfTextStyle style = isHeader ? kHeaderStyle : styleOf(column, cell.look);
            cell.layout = std::make_unique<QTextLayout>(
                isHeader ? breakable(fromUtf8(cells[i].text)) : textOf(cells[i], column), m_pages.font(style));
            QTextOption option(column.kind == ColumnKind::Number ? Qt::AlignRight : Qt::AlignLeft);
            option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
            cell.layout->setTextOption(option);
            cell.layout->beginLayout();
            for (QTextLine line = cell.layout->createLine(); line.isValid(); line = cell.layout->createLine()) {
                line.setLineWidth((m_widths[i] - 2 * kSide) * unit);
                line.setPosition(QPointF(0, cell.height * unit));
                cell.height += line.height() / unit;
            }
            cell.layout->endLayout();
            row.height = std::max(row.height, cell.height + 2 * kAbove);
        }
        return row;
    }

    PdfPages& m_pages;
    const ReportTable& m_table;
    std::vector<double> m_widths;
    Row m_header;
};

} // namespace

std::vector<double> columnWidths(std::span<const double> wanted, std::span<const double> least, double room) {
    const double all = std::accumulate(wanted.begin(), wanted.end(), 0.0);
    const double needed = std::accumulate(least.begin(), least.end(), 0.0);
    std::vector<double> widths(wanted.begin(), wanted.end());
    if (all <= room)
        return widths;
    for (std::size_t i = 0; i < widths.size(); ++i)
        widths[i] = needed >= room ? least[i] * room / needed
                                   : least[i] + (room - needed) * (wanted[i] - least[i]) / (all - needed);
    return widths;
}

void drawTable(PdfPages& pages, const ReportTable& table, const JobContext& job) {
    const PdfTextStyle titleStyle{.size = 9.5, .isBold = true},
        noteStyle{.size = 7.4, .colour = QColor(0x5c, 0x5c, 0x5c)};
    TableDrawing drawing(pages, table);
    std::vector<Row> rows;
    double all = 0;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        job.throwIfCancelled();
        rows.push_back(drawing.row(i));
        all += rows.back().height;
    }
    const QString title = fromUtf8(table.title), note = fromUtf8(table.note);
    const double above = pages.textHeight(title, titleStyle) + 3 + drawing.headerHeight();
    const double below = note.isEmpty() ? 0 : pages.textHeight(note, noteStyle) + 3;
    const double beginning = rows.empty() ? 0 : rows[0].height + (rows.size() > 1 ? rows[1].height : 0);
    const bool isWhole = rows.size() <= kShortRows && above + all + below <= PdfPages::kHeight;
    pages.require(above + (isWhole ? all + below : beginning));
    pages.text(title, titleStyle);
    pages.advance(3);
    drawing.drawHeader();
    for (Row& row : rows) {
        job.throwIfCancelled();
        if (row.height > pages.left() && !pages.isAtTop()) {
            pages.newPage();
            drawing.drawHeader();
        }
        drawing.draw(row);
    }
    if (!note.isEmpty()) {
        pages.advance(3);
        pages.text(note, noteStyle);
    }
    pages.advance(12);
}

} // namespace vernier::ui
