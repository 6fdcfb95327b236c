#include "ui/data/set_files.h"

#include "core/workbench/export_set.h"
#include "core/workbench/import_example.h"
#include "ui/bridge/job_runner.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/text.h"
#include "ui/data/generate_dialog.h"

#include <QFileDialog>

namespace vernier::ui {

SetFiles::SetFiles(Curation& curation, QWidget* window) : QObject(window), m_curation(curation), m_window(window) {}

void SetFiles::exportSet() {
    if (!m_curation.set())
        return;
    const QString name = m_curation.setName();
    const QString path = QFileDialog::getSaveFileName(m_window, tr("Export set"), name + QStringLiteral(".jsonl"),
                                                      tr("Documents, one per line (*.jsonl)"));
    if (path.isEmpty())
        return;
    const auto report = std::make_shared<ExportReport>();
    m_curation.submit(
        tr("Export %1").arg(name),
        [report, name = name.toStdString(), file = toPath(path), model = m_curation.model()](const Project& project,
                                                                                             JobContext& job) {
            *report = vernier::exportSet(project, name, file, model.get(), job);
        },
        this,
        [this, report, path] {
            emit m_curation.services().session.message(
                tr("%1 written to %2, and its manifest to %3")
                    .arg(formatCount(report->documents, tr("1 document"), tr("%1 documents")), path,
                         fromPath(report->manifest)));
        });
}

void SetFiles::importSet() {
    const QString path =
        QFileDialog::getOpenFileName(m_window, tr("Import exported set"), {}, tr("Exported sets (*.jsonl *.json)"));
    if (!path.isEmpty())
        m_curation.services().session.importSet(path);
}

void SetFiles::generate() {
    const auto model = m_curation.model();
    ProjectSession& session = m_curation.services().session;
    if (!model) {
        emit session.error(tr("Choose a model folder first (Ctrl+M)"));
        return;
    }
    GenerateDialog dialog(m_window);
    if (dialog.exec() != QDialog::Accepted)
        return;
    GenerateRequest request = dialog.request();
    request.modelFolder = model->model.folder;
    session.generateDocuments(request);
}

void SetFiles::listExamples() {
    const auto names = std::make_shared<QStringList>();
    JobRequest request;
    request.title = tr("List examples");
    request.quiet = true;
    request.context = this;
    request.work = [names](JobContext& job) {
        for (const ExampleSource& source : exampleSources(job))
            names->append(fromUtf8(source.name));
    };
    request.onFinished = [this, names](const JobOutcome& outcome) {
        if (outcome.state == JobState::Done)
            emit examplesListed(*names);
    };
    m_curation.services().quickJobs.submit(std::move(request));
}

} // namespace vernier::ui
