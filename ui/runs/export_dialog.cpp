#include "ui/runs/export_dialog.h"

#include "core/base/error.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/text.h"
#include "ui/runs/run_recovery.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace vernier::ui {

namespace {

constexpr int kWidth = 760, kHeight = 480;

/// A folder beside the project, named after run and format.
QString suggestedFolder(const QString& projectPath, const QString& runName, const std::string& format) {
    const QString parent = projectPath.isEmpty() ? QDir::homePath() : QFileInfo(projectPath).absolutePath();
    QString name = runName;
    name.replace(QLatin1Char('/'), QLatin1Char('-'));
    return QDir(parent).filePath(QStringLiteral("%1-%2").arg(name, QString::fromStdString(format)));
}

} // namespace

ExportDialog::ExportDialog(const Services& services, const QString& runName, QWidget* parent)
    : QDialog(parent), m_services(services), m_runName(runName), m_format(new QComboBox), m_description(new QLabel),
      m_folder(new QLineEdit), m_problem(new QLabel), m_loaders(new QTableWidget(0, 3)) {
    setWindowTitle(tr("Export %1").arg(runName));
    resize(kWidth, kHeight);
    for (const std::string& name : exportFormatNames())
        m_format->addItem(QString::fromStdString(name));
    m_format->setAccessibleName(tr("Format"));
    m_description->setWordWrap(true);
    m_description->setForegroundRole(QPalette::PlaceholderText);
    m_folder->setAccessibleName(tr("Folder"));
    auto* browseButton = new QPushButton(tr("Browse…"));
    auto* folderRow = new QHBoxLayout;
    folderRow->addWidget(m_folder, 1);
    folderRow->addWidget(browseButton);
    m_problem->setWordWrap(true);
    m_loaders->setHorizontalHeaderLabels({tr("Loader"), tr("Loads it"), tr("Why")});
    m_loaders->setAccessibleName(tr("Loaders"));
    m_loaders->setToolTip(tr("From the loaders' sources of mid-2026; nothing was run"));
    m_loaders->verticalHeader()->hide();
    m_loaders->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_loaders->setSelectionMode(QAbstractItemView::NoSelection);
    m_loaders->setShowGrid(false);
    m_loaders->horizontalHeader()->setStretchLastSection(true);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_export = buttons->addButton(tr("Export"), QDialogButtonBox::AcceptRole);
    auto* form = new QFormLayout;
    form->addRow(tr("&Format"), m_format);
    form->addRow(QString(), m_description);
    auto* folderLabel = new QLabel(tr("F&older"));
    folderLabel->setBuddy(m_folder);
    form->addRow(folderLabel, folderRow);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(m_problem);
    if (!runsWithoutCodes(services, {runName}).isEmpty())
        column->addWidget(buildRecovery());
    column->addWidget(m_loaders, 1);
    column->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::accepted, this, &ExportDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &ExportDialog::reject);
    connect(browseButton, &QPushButton::clicked, this, &ExportDialog::browse);
    connect(m_folder, &QLineEdit::textChanged, this, [this] { m_export->setEnabled(problem().isEmpty()); });
    connect(m_format, &QComboBox::currentIndexChanged, this, [this] {
        m_folder->setText(suggestedFolder(m_services.session.path(), m_runName, name(chosen())));
        refresh();
    });
    // The first format that holds the run and is smaller than the original.
    for (int index = 1; index < m_format->count(); ++index) {
        m_format->setCurrentIndex(index);
        if (problem().isEmpty())
            break;
    }
    m_folder->setText(suggestedFolder(m_services.session.path(), m_runName, name(chosen())));
    refresh();
}

QWidget* ExportDialog::buildRecovery() {
    auto* box = new QWidget;
    auto* text = new QLabel(tr("The cache no longer has the codes of this run. Exporting computes them again first."));
    text->setWordWrap(true);
    auto* button = new QPushButton(tr("Compute again"));
    button->setToolTip(tr("Computes them now, as a job"));
    connect(button, &QPushButton::clicked, this, [this, button, text] {
        button->setEnabled(false);
        text->setText(tr("Computing the codes again; the Jobs panel shows how far that is"));
        computeAgain(m_services, m_runName);
    });
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(text, 1);
    row->addWidget(button);
    return box;
}

ExportFormat ExportDialog::chosen() const {
    return exportFormatFromName(m_format->currentText().toStdString());
}

QString ExportDialog::problem() const {
    const auto project = m_services.session.project();
    const Run* run = project ? project->findRun(m_runName.toStdString()) : nullptr;
    if (!run)
        return tr("The run is no longer in the project");
    if (m_folder->text().trimmed().isEmpty() && m_folder->isVisible())
        return tr("Name a folder");
    const auto model = m_services.model.model();
    if (!model || model->fingerprint != run->calibration.modelFingerprint)
        return {}; // is judged when its model is opened
    try {
        requireExportable(model->model, *run, chosen());
        return {};
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
}

void ExportDialog::refresh() {
    m_description->setText(fromUtf8(description(chosen())));
    const QString why = problem();
    m_problem->setText(why);
    m_problem->setVisible(!why.isEmpty());
    m_export->setEnabled(why.isEmpty());
    m_loaders->setRowCount(0);
    const auto project = m_services.session.project();
    const Run* run = project ? project->findRun(m_runName.toStdString()) : nullptr;
    const ArchitectureSpec* spec = m_services.model.spec();
    if (!why.isEmpty() || !run || !spec)
        return;
    for (const LoaderVerdict& verdict : loaderVerdicts(*spec, run->settings, chosen())) {
        const int row = m_loaders->rowCount();
        m_loaders->insertRow(row);
        m_loaders->setItem(row, 0, new QTableWidgetItem(fromUtf8(verdict.loader)));
        m_loaders->setItem(row, 1, new QTableWidgetItem(verdict.loads ? tr("✓ yes") : tr("✗ no")));
        m_loaders->setItem(row, 2, new QTableWidgetItem(fromUtf8(verdict.why)));
    }
    m_loaders->resizeColumnsToContents();
}

void ExportDialog::browse() {
    const QString parent = QFileDialog::getExistingDirectory(this, tr("Folder that the export goes into"),
                                                             QFileInfo(m_folder->text()).absolutePath());
    if (!parent.isEmpty())
        m_folder->setText(QDir(parent).filePath(QFileInfo(m_folder->text()).fileName()));
}

void ExportDialog::accept() {
    if (!problem().isEmpty())
        return;
    ExportRequest request;
    request.format = chosen();
    request.folder = toPath(m_folder->text().trimmed());
    m_services.session.exportRun(m_runName, request);
    QDialog::accept();
}

} // namespace vernier::ui
