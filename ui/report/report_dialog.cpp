#include "ui/report/report_dialog.h"

#include "ui/bridge/job_runner.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/text.h"
#include "ui/report/report_file.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>

namespace vernier::ui {

namespace {

constexpr int kWidth = 560, kHeight = 460;

QString suggestedFile(const ProjectSession& session, const QString& ending) {
    const QString folder = session.path().isEmpty() ? QDir::homePath() : QFileInfo(session.path()).absolutePath();
    return QDir(folder).filePath(QStringLiteral("%1-report.%2").arg(session.displayName(), ending));
}

} // namespace

ReportDialog::ReportDialog(const Services& services, QWidget* parent)
    : QDialog(parent), m_services(services), m_runs(new QListWidget), m_baseline(new QComboBox),
      m_format(new QComboBox), m_file(new QLineEdit), m_problem(new QLabel) {
    setWindowTitle(tr("Export report"));
    resize(kWidth, kHeight);
    m_runs->setAccessibleName(tr("Runs"));
    m_runs->setUniformItemSizes(true);
    auto* all = new QPushButton(tr("&All"));
    auto* none = new QPushButton(tr("&None"));
    auto* choices = new QHBoxLayout;
    choices->addWidget(all);
    choices->addWidget(none);
    choices->addStretch();
    auto* runColumn = new QVBoxLayout;
    runColumn->addWidget(m_runs, 1);
    runColumn->addLayout(choices);

    m_baseline->setAccessibleName(tr("Baseline"));
    m_baseline->setToolTip(tr("The run that differences of the others are told from; it is always in the report"));
    m_format->setAccessibleName(tr("Format"));
    m_format->addItem(tr("PDF, pages to print or send"), QStringLiteral("pdf"));
    m_format->addItem(tr("HTML, one file with everything in it"), QStringLiteral("html"));
    m_file->setAccessibleName(tr("File"));
    auto* browseButton = new QPushButton(tr("Browse…"));
    auto* fileRow = new QHBoxLayout;
    fileRow->addWidget(m_file, 1);
    fileRow->addWidget(browseButton);
    m_problem->setWordWrap(true);

    auto* form = new QFormLayout;
    auto* runsLabel = new QLabel(tr("&Runs"));
    runsLabel->setBuddy(m_runs);
    form->addRow(runsLabel, runColumn);
    form->addRow(tr("&Baseline"), m_baseline);
    form->addRow(tr("&Format"), m_format);
    auto* fileLabel = new QLabel(tr("F&ile"));
    fileLabel->setBuddy(m_file);
    form->addRow(fileLabel, fileRow);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_write = buttons->addButton(tr("Export"), QDialogButtonBox::AcceptRole);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form, 1);
    column->addWidget(m_problem);
    column->addWidget(buttons);

    listRuns();
    m_file->setText(suggestedFile(services.session, m_format->currentData().toString()));
    connect(all, &QPushButton::clicked, this, [this] { setAll(true); });
    connect(none, &QPushButton::clicked, this, [this] { setAll(false); });
    connect(m_runs, &QListWidget::itemChanged, this, &ReportDialog::refresh);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ReportDialog::changeEnding);
    connect(m_file, &QLineEdit::textChanged, this, &ReportDialog::refresh);
    connect(browseButton, &QPushButton::clicked, this, &ReportDialog::browse);
    connect(buttons, &QDialogButtonBox::accepted, this, &ReportDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &ReportDialog::reject);
    refresh();
}

void ReportDialog::listRuns() {
    m_baseline->addItem(tr("none"), QString());
    const auto project = m_services.session.project();
    if (!project)
        return;
    for (const Run& run : project->runs) {
        const QString name = fromUtf8(run.name);
        auto* item = new QListWidgetItem(name, m_runs);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Checked);
        m_baseline->addItem(name, name);
    }
    m_baseline->setCurrentIndex(std::max(0, m_baseline->findData(fromUtf8(project->baselineRun))));
}

void ReportDialog::setAll(bool isChosen) {
    const QSignalBlocker quiet(m_runs);
    for (int row = 0; row < m_runs->count(); ++row)
        m_runs->item(row)->setCheckState(isChosen ? Qt::Checked : Qt::Unchecked);
    refresh();
}

QStringList ReportDialog::chosenRuns() const {
    QStringList names;
    for (int row = 0; row < m_runs->count(); ++row)
        if (m_runs->item(row)->checkState() == Qt::Checked)
            names.append(m_runs->item(row)->text());
    return names;
}

QString ReportDialog::problem() const {
    if (m_runs->count() == 0)
        return tr("The project has no run yet. Make one in the Runs workspace.");
    if (chosenRuns().isEmpty())
        return tr("Choose at least one run.");
    const QString file = m_file->text().trimmed();
    if (file.isEmpty() || !isReportName(toPath(file)))
        return tr("Name a file that ends in .pdf or .html.");
    const QFileInfo info(file);
    if (info.isDir() || !info.absoluteDir().exists())
        return tr("There is no folder %1.").arg(QDir::toNativeSeparators(info.absolutePath()));
    return {};
}

void ReportDialog::refresh() {
    const QString why = problem();
    m_problem->setText(why);
    m_problem->setVisible(!why.isEmpty());
    m_write->setEnabled(why.isEmpty());
}

void ReportDialog::changeEnding() {
    const QString ending = m_format->currentData().toString();
    const QFileInfo info(m_file->text().trimmed());
    const bool hasName = isReportName(toPath(info.filePath()));
    m_file->setText(hasName ? info.dir().filePath(info.completeBaseName() + QLatin1Char('.') + ending)
                            : suggestedFile(m_services.session, ending));
}

void ReportDialog::browse() {
    QFileDialog dialog(this, tr("Export report"), QFileInfo(m_file->text()).absolutePath(),
                       tr("Reports (*.pdf *.html)"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setDefaultSuffix(m_format->currentData().toString());
    dialog.selectFile(QFileInfo(m_file->text()).fileName());
    if (dialog.exec() == QDialog::Accepted)
        m_file->setText(dialog.selectedFiles().constFirst());
}

void ReportDialog::accept() {
    if (!problem().isEmpty())
        return;
    ReportRequest request;
    request.title = m_services.session.displayName().toStdString();
    if (const QStringList names = chosenRuns(); names.size() < m_runs->count())
        for (const QString& name : names)
            request.runs.push_back(name.toStdString());
    request.baseline = m_baseline->currentData().toString().toStdString();
    const QString file = QFileInfo(m_file->text().trimmed()).absoluteFilePath();
    ProjectSession* const session = &m_services.session;
    JobRequest job;
    job.title = tr("Report of %1").arg(session->displayName());
    job.context = session;
    job.work = [project = session->project(), bench = session->workbench(), request,
                path = toPath(file)](JobContext& context) { writeReport(*bench, *project, request, path, context); };
    job.onFinished = [session, file](const JobOutcome& outcome) {
        if (outcome.state == JobState::Done)
            emit session->message(tr("The report is in %1").arg(file));
    };
    m_services.jobs.submit(std::move(job));
    QDialog::accept();
}

} // namespace vernier::ui
