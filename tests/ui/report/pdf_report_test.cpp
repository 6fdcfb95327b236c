#include "ui/report/pdf_report.h"

#include "core/base/error.h"
#include "core/workbench/report/describe.h"
#include "tests/core/workbench/made_up_runs.h"
#include "tests/support/caught_error.h"
#include "ui/report/pdf_table.h"

#include <QRegularExpression>
#include <QSvgRenderer>

#include <numeric>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

/// Pages of a PDF as Qt writes it, whose page objects are plain text.
qsizetype pagesOf(const QByteArray& pdf) {
    static const QRegularExpression page(QStringLiteral("/Type /Page\\b(?!s)"));
    auto found = page.globalMatch(QString::fromLatin1(pdf));
    qsizetype count = 0;
    for (; found.hasNext(); found.next())
        ++count;
    return count;
}

ReportDocument tableOf(int rows) {
    ReportTable table;
    table.title = "numbers";
    table.columns = {{"what"}, {"value", ColumnKind::Number}};
    for (int i = 0; i < rows; ++i)
        table.rows.push_back({{"row " + std::to_string(i)}, {std::to_string(i)}});
    return {"title", "subtitle", {{"section", {table}}}};
}

TEST(PdfReport, TakesAsManyPagesAsItsRowsNeed) {
    EXPECT_EQ(pagesOf(pdfOf(tableOf(3), {})), 1);
    const auto some = pagesOf(pdfOf(tableOf(200), {})), many = pagesOf(pdfOf(tableOf(400), {}));
    EXPECT_GE(some, 3); // of 740 points, with rows of about 14
    EXPECT_LE(some, 6);
    EXPECT_NEAR(static_cast<double>(many), 2.0 * static_cast<double>(some), 1.0);
}

TEST(PdfReport, IsDrawnOnAnotherThread) {
    const ReportDocument document =
        describeReport(collectRuns(vernier::test::madeUpProject(30), {"many", {}, "run 3"}));
    QByteArray there;
    std::jthread([&] { there = pdfOf(document, {}); }).join();
    EXPECT_TRUE(there.startsWith("%PDF-"));
    EXPECT_TRUE(there.trimmed().endsWith("%%EOF"));
    EXPECT_EQ(pagesOf(there), pagesOf(pdfOf(document, {})));
}

TEST(PdfReport, HasPlotsThatQtDraws) {
    const ReportDocument document = describeReport(collectRuns(vernier::test::madeUpProject(8), {"plots", {}, {}}));
    int figures = 0;
    for (const ReportSection& section : document.sections)
        for (const ReportBlock& block : section.blocks)
            if (const auto* figure = std::get_if<ReportFigure>(&block)) {
                ++figures;
                const QSvgRenderer renderer(QByteArray::fromStdString(figure->svg));
                EXPECT_TRUE(renderer.isValid()) << figure->title;
                EXPECT_EQ(renderer.viewBoxF(), QRectF(0, 0, figure->width, figure->height)) << figure->title;
            }
    EXPECT_EQ(figures, 5); // two of size against quality, domains, blocks, linears
}

TEST(PdfReport, StopsWhenCancelled) {
    std::stop_source stop;
    stop.request_stop();
    const auto error = vernier::test::caughtError([&] { pdfOf(tableOf(10), JobContext(stop.get_token(), {}, {})); });
    EXPECT_EQ(error.value().kind(), ErrorKind::Cancelled);
}

TEST(PdfTable, GivesColumnsWhatTheyWantAndSharesWhatIsShort) {
    const std::vector<double> wanted = {50, 300, 100}, least = {50, 60, 40};
    EXPECT_EQ(columnWidths(wanted, least, 500), wanted);
    const auto shared = columnWidths(wanted, least, 300);
    EXPECT_DOUBLE_EQ(std::accumulate(shared.begin(), shared.end(), 0.0), 300);
    EXPECT_DOUBLE_EQ(shared[0], 50);                     // can give nothing
    EXPECT_DOUBLE_EQ(shared[1], 60 + 150.0 * 240 / 300); // 150 are left for wishes of 240 and 60
    EXPECT_DOUBLE_EQ(shared[2], 40 + 150.0 * 60 / 300);
    const auto squeezed = columnWidths(wanted, least, 75); // half of what they need
    EXPECT_DOUBLE_EQ(squeezed[0], 25);
    EXPECT_DOUBLE_EQ(squeezed[1], 30);
}

} // namespace
} // namespace vernier::ui
