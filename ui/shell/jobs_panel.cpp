#include "ui/shell/jobs_panel.h"

#include "ui/shell/icons.h"
#include "ui/shell/job_list_model.h"
#include "ui/shell/progress_delegate.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTreeView>

namespace vernier::ui {

JobsPanel::JobsPanel(JobRunner& jobs, QWidget* parent)
    : QWidget(parent), m_jobs(jobs), m_model(new JobListModel(jobs, this)) {
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->addWidget(buildList());
    splitter->addWidget(buildDetails());
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 8);
    layout->addWidget(splitter);

    connect(&jobs, &JobRunner::jobAdded, this, &JobsPanel::jobAdded);
    connect(&jobs, &JobRunner::jobChanged, this, &JobsPanel::refresh);
    connect(&jobs, &JobRunner::jobFinished, this, &JobsPanel::jobEnded);
    refresh();
}

QWidget* JobsPanel::buildList() {
    m_list = new QTreeView(this);
    m_list->setModel(m_model);
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAllColumnsShowFocus(true);
    m_list->setAccessibleName(tr("Jobs"));
    m_list->setItemDelegateForColumn(JobListModel::Done, new ProgressDelegate(m_list));
    QHeaderView* header = m_list->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(JobListModel::Stage, QHeaderView::Stretch);
    header->resizeSection(JobListModel::Title, 230);
    header->resizeSection(JobListModel::Done, 120);
    header->resizeSection(JobListModel::Elapsed, 90);
    header->resizeSection(JobListModel::Remaining, 90);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &JobsPanel::refresh);
    return m_list;
}

QWidget* JobsPanel::buildDetails() {
    auto* box = new QWidget(this);
    m_title = new QLabel(box);
    m_title->setTextFormat(Qt::PlainText);
    m_log = new QPlainTextEdit(box);
    m_log->setReadOnly(true);
    m_log->setAccessibleName(tr("Log of the job"));
    m_log->setPlaceholderText(tr("No messages from this job"));

    m_cancel = new QPushButton(tr("Cancel"), box);
    m_cancel->setToolTip(tr("Stop the selected job; finished layers stay in the cache (Ctrl+.)"));
    m_cancelAll = new QPushButton(tr("Cancel all"), box);
    m_copy = new QPushButton(tr("Copy"), box);
    m_copy->setToolTip(tr("Copy error and log of the job"));
    m_clear = new QPushButton(tr("Clear finished"), box);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    for (QPushButton* button : {m_cancel, m_cancelAll, m_clear, m_copy})
        buttons->addWidget(button);
    buttons->addStretch();

    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(8, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_title);
    layout->addWidget(m_log, 1);
    layout->addLayout(buttons);

    connect(m_cancel, &QPushButton::clicked, this, &JobsPanel::cancelSelected);
    connect(m_cancelAll, &QPushButton::clicked, this, [this] { m_jobs.cancelAll(); });
    connect(m_clear, &QPushButton::clicked, this, [this] {
        m_model->removeFinished();
        refresh();
    });
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_title->text() + QLatin1Char('\n') + m_log->toPlainText());
    });
    return box;
}

JobId JobsPanel::selected() const {
    return m_model->jobAt(m_list->currentIndex().row());
}

void JobsPanel::select(JobId id) {
    const int row = m_model->rowOf(id);
    if (row >= 0)
        m_list->setCurrentIndex(m_model->index(row, 0));
}

void JobsPanel::jobAdded(JobId id) {
    const JobInfo* const current = m_jobs.job(selected());
    if (!current || isFinal(current->state))
        select(id);
    refresh();
}

void JobsPanel::jobEnded(JobId id) {
    // Whoever watches the job that ran wants to see the next one, but an error stays in view.
    const JobInfo* const ended = m_jobs.job(id);
    if (selected() == id && ended && ended->state == JobState::Done)
        for (const JobId other : m_jobs.jobs())
            if (const JobInfo* const job = m_jobs.job(other); job && !isFinal(job->state)) {
                select(other);
                break;
            }
    if (ended && ended->state == JobState::Failed)
        select(id);
    refresh();
}

void JobsPanel::cancelSelected() {
    m_jobs.cancel(selected());
}

void JobsPanel::refresh() {
    const JobInfo* const job = m_jobs.job(selected());
    const bool canCancel = job && (job->state == JobState::Running || job->state == JobState::Queued);
    m_cancel->setEnabled(canCancel);
    m_cancel->setText(job && job->state == JobState::Cancelling ? tr("Cancelling…") : tr("Cancel"));
    bool anyWaiting = false;
    bool anyFinished = false;
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (const JobInfo* const other = m_jobs.job(m_model->jobAt(row)))
            (isFinal(other->state) ? anyFinished : anyWaiting) = true;
    m_cancelAll->setEnabled(anyWaiting);
    m_clear->setEnabled(anyFinished);
    m_copy->setEnabled(job != nullptr);
    if (!job) {
        m_title->setText(tr("No job selected"));
        m_log->clear();
        return;
    }
    m_title->setText(QStringLiteral("%1 – %2").arg(job->title, progressText(*job)));
    QString text = job->error;
    if (!job->log.isEmpty())
        text += (text.isEmpty() ? QString() : QStringLiteral("\n")) + job->log.join(QLatin1Char('\n'));
    if (text != m_log->toPlainText())
        m_log->setPlainText(text);
}

} // namespace vernier::ui
