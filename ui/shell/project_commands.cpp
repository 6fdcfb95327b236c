#include "ui/shell/project_commands.h"

#include "ui/bridge/job_runner.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/navigator.h"
#include "ui/bridge/project_session.h"
#include "ui/report/report_dialog.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>
#include <QStandardPaths>
#include <QUrl>

namespace vernier::ui {

namespace {

constexpr int kRecentProjects = 8;
const QString kRecentKey = QStringLiteral("recentProjects");
const QString kFolderKey = QStringLiteral("lastFolder");
const QString kSuffix = QStringLiteral("vernier");

bool isProject(const QString& path) {
    return QFileInfo(path).suffix() == kSuffix;
}

bool isModelFolder(const QString& path) {
    return QFileInfo::exists(QDir(path).filePath(QStringLiteral("config.json")));
}

} // namespace

ProjectCommands::ProjectCommands(const Services& services, QWidget* window)
    : QObject(window), m_services(services), m_window(window) {
    connect(&services.session, &ProjectSession::pathChanged, this, &ProjectCommands::rememberRecent);
    connect(&services.navigator, &Navigator::importRequested, this, &ProjectCommands::importText);
    connect(&services.navigator, &Navigator::modelRequested, this, &ProjectCommands::chooseModel);
    connect(&services.navigator, &Navigator::openProjectRequested, this, &ProjectCommands::openProject);
}

void ProjectCommands::newProject() {
    if (mayLeave(tr("Start a new project?")))
        m_services.session.create();
}

void ProjectCommands::openProject() {
    const QString path = QFileDialog::getOpenFileName(m_window, tr("Open project"), lastFolder(),
                                                      tr("Vernier projects (*.vernier);;All files (*)"));
    if (!path.isEmpty())
        openPath(path);
}

void ProjectCommands::openPath(const QString& path) {
    if (!mayLeave(tr("Open another project?")))
        return;
    rememberFolder(path);
    m_services.session.open(QFileInfo(path).absoluteFilePath());
}

void ProjectCommands::tryDemo() {
    if (!mayLeave(tr("Open the demo project?")))
        return;
    QDir().mkpath(QFileInfo(demoPath()).path());
    m_services.session.openDemo(demoPath());
}

QString ProjectCommands::demoPath() {
    return QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation))
        .filePath(QStringLiteral("demo.vernier"));
}

void ProjectCommands::importText() {
    importPaths(QFileDialog::getOpenFileNames(
        m_window, tr("Import text"), lastFolder(),
        tr("Text and records (*.txt *.md *.jsonl *.ndjson *.json *.csv *.tsv *.gz *.zst);;All files (*)")));
}

void ProjectCommands::importPaths(const QStringList& paths) {
    if (paths.isEmpty())
        return;
    rememberFolder(paths.first());
    emit m_services.navigator.pageRequested(page::kData);
    emit m_services.navigator.filesOffered(paths);
}

void ProjectCommands::save() {
    if (m_services.session.path().isEmpty())
        saveAs();
    else
        m_services.session.save();
}

bool ProjectCommands::saveAs() {
    if (!m_services.session.isOpen())
        return true;
    QFileDialog dialog(m_window, tr("Save project"), lastFolder(), tr("Vernier projects (*.vernier)"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setDefaultSuffix(kSuffix);
    dialog.selectFile(m_services.session.displayName() + QStringLiteral(".vernier"));
    if (dialog.exec() != QDialog::Accepted)
        return false;
    const QString path = dialog.selectedFiles().constFirst();
    rememberFolder(path);
    m_services.session.saveAs(path);
    return true;
}

void ProjectCommands::chooseModel() {
    const QString folder = QFileDialog::getExistingDirectory(m_window, tr("Choose model folder"), lastFolder());
    if (!folder.isEmpty())
        m_services.model.open(folder);
}

void ProjectCommands::exportReport() {
    if (m_services.session.isOpen())
        ReportDialog(m_services, m_window).exec();
}

bool ProjectCommands::mayLeave(const QString& question) {
    if (!m_services.jobs.listedWork().isEmpty()) {
        const auto answer = QMessageBox::question(
            m_window, tr("Vernier"),
            question + QStringLiteral("\n\n") +
                tr("Jobs are still running. They will be cancelled; layers that are finished stay in the cache."));
        if (answer != QMessageBox::Yes)
            return false;
    }
    const ProjectSession& session = m_services.session;
    if (session.isOpen() && session.path().isEmpty() && session.isDirty()) {
        const auto answer = QMessageBox::question(m_window, tr("Vernier"), tr("Save the project first?"),
                                                  QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel);
        if (answer == QMessageBox::Cancel || (answer == QMessageBox::Save && !saveAs()))
            return false;
    }
    return true;
}

bool ProjectCommands::accepts(const QMimeData& data) {
    const QList<QUrl> urls = data.urls();
    return !urls.isEmpty() && urls.first().isLocalFile();
}

void ProjectCommands::take(const QMimeData& data) {
    QStringList texts;
    for (const QUrl& url : data.urls()) {
        const QString path = url.toLocalFile();
        if (path.isEmpty())
            continue;
        if (isProject(path))
            return openPath(path);
        const QString folder = QFileInfo(path).isDir() ? path : QFileInfo(path).path();
        if (QFileInfo(path).isDir() || path.endsWith(QLatin1String(".safetensors"))) {
            if (isModelFolder(folder)) {
                m_services.model.open(folder);
                emit m_services.navigator.pageRequested(page::kRuns);
                continue;
            }
            if (!QFileInfo(path).isDir())
                continue;
        }
        texts.append(path);
    }
    importPaths(texts);
}

QStringList ProjectCommands::recentProjects() const {
    return QSettings().value(kRecentKey).toStringList();
}

void ProjectCommands::rememberRecent() {
    const QString path = m_services.session.path();
    if (path.isEmpty() || path == demoPath())
        return;
    QStringList recent = recentProjects();
    recent.removeAll(path);
    recent.prepend(path);
    while (recent.size() > kRecentProjects)
        recent.removeLast();
    QSettings().setValue(kRecentKey, recent);
    emit recentChanged();
}

QString ProjectCommands::lastFolder() const {
    return QSettings().value(kFolderKey, QDir::homePath()).toString();
}

void ProjectCommands::rememberFolder(const QString& file) {
    QSettings().setValue(kFolderKey, QFileInfo(file).absolutePath());
}

} // namespace vernier::ui
