#include "app/studio/report.h"

#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/store/project_file.h"
#include "ui/bridge/text.h"
#include "ui/report/report_file.h"

#include <QFileInfo>
#include <QTextStream>

namespace vernier::ui {

int writeProjectReport(const QString& project, const QString& file, std::uint64_t cacheLimit) {
    QTextStream err(stderr);
    const auto tell = [&err](std::string_view line) { err << "vernier-studio: " << fromUtf8(line) << '\n'; };
    try {
        Workbench bench(cacheFolder(), tell, cacheLimit);
        JobContext job({}, {}, tell);
        ReportRequest request;
        request.title = QFileInfo(project).completeBaseName().toStdString();
        writeReport(bench, loadProject(toPath(project)), request, toPath(file), job);
    } catch (const Error& error) {
        tell(error.what());
        return 1;
    }
    QTextStream(stdout) << file << '\n';
    return 0;
}

} // namespace vernier::ui
