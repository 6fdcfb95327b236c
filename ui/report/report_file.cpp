#include "ui/report/report_file.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/workbench/report/describe.h"
#include "core/workbench/report/write_html.h"
#include "ui/report/pdf_report.h"

#include <algorithm>
#include <cctype>

namespace vernier::ui {

namespace {

std::string endingOf(const std::filesystem::path& file) {
    std::string ending = file.extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
    return ending;
}

} // namespace

bool isReportName(const std::filesystem::path& file) {
    const std::string ending = endingOf(file);
    return ending == ".html" || ending == ".htm" || ending == ".pdf";
}

void writeReport(Workbench& bench, const Project& project, const ReportRequest& request,
                 const std::filesystem::path& file, JobContext& job) {
    if (!isReportName(file))
        throw Error(ErrorKind::Input, file.string(), "is no name for a report", "name a .pdf or .html file");
    const Report report = collectReport(bench, project, request, job);
    for (const std::string& note : report.notes)
        job.log(note);
    const ReportDocument document = describeReport(report);
    if (endingOf(file) != ".pdf")
        return writeHtml(document, file);
    const QByteArray pdf = pdfOf(document, job);
    writeFile(file, {pdf.constData(), static_cast<std::size_t>(pdf.size())});
}

} // namespace vernier::ui
