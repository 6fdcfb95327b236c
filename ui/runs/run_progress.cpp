#include "ui/runs/run_progress.h"

#include "ui/bridge/text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace vernier::ui {

namespace {

constexpr int kBarSteps = 1000;

} // namespace

RunProgress::RunProgress(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_title(new QLabel(this)), m_stage(new QLabel(this)),
      m_time(new QLabel(this)), m_bar(new QProgressBar(this)), m_cancel(new QPushButton(tr("Cancel"), this)) {
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setTextFormat(Qt::PlainText);
    m_stage->setForegroundRole(QPalette::PlaceholderText);
    m_time->setForegroundRole(QPalette::PlaceholderText);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(10);
    m_bar->setAccessibleName(tr("Progress of the running job"));
    m_cancel->setObjectName(QStringLiteral("cancel"));
    m_cancel->setToolTip(tr("Stop this job; finished layers stay in the cache (Ctrl+.)"));

    auto* top = new QHBoxLayout;
    top->addWidget(m_title);
    top->addWidget(m_stage);
    top->addStretch();
    top->addWidget(m_time);
    auto* text = new QVBoxLayout;
    text->setSpacing(6);
    text->addLayout(top);
    text->addWidget(m_bar);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addLayout(text, 1);
    row->addWidget(m_cancel, 0, Qt::AlignBottom);

    connect(&services.jobs, &JobRunner::jobAdded, this, &RunProgress::refresh);
    connect(&services.jobs, &JobRunner::jobChanged, this, &RunProgress::refresh);
    connect(&services.jobs, &JobRunner::jobFinished, this, &RunProgress::finished);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        const QList<JobId> work = m_services.jobs.listedWork();
        if (!work.isEmpty())
            m_services.jobs.cancel(work.first());
    });
    refresh();
}

void RunProgress::finished(JobId id) {
    if (const JobInfo* const job = m_services.jobs.job(id)) {
        const QString time = formatDuration(job->elapsed);
        switch (job->state) {
        case JobState::Failed:
            m_lastEnd = tr("%1 failed after %2").arg(job->title, time);
            break;
        case JobState::Cancelled:
            m_lastEnd = tr("%1 cancelled after %2").arg(job->title, time);
            break;
        default:
            m_lastEnd = tr("%1 done in %2").arg(job->title, time);
        }
    }
    refresh();
}

void RunProgress::refresh() {
    const QList<JobId> work = m_services.jobs.listedWork();
    m_cancel->setEnabled(!work.isEmpty());
    m_bar->setEnabled(!work.isEmpty());
    if (work.isEmpty()) {
        m_title->setText(tr("No job is running"));
        m_stage->setText(m_lastEnd);
        m_time->clear();
        m_bar->setRange(0, kBarSteps);
        m_bar->setValue(0);
        m_cancel->setText(tr("Cancel"));
        return;
    }
    const JobInfo& job = *m_services.jobs.job(work.first());
    m_title->setText(job.title);
    QString stage = job.stage;
    if (job.total)
        stage = tr("%1, %2 of %3").arg(stage, formatCount(job.done), formatCount(job.total));
    if (work.size() > 1)
        stage += tr(" · %1 more waiting").arg(work.size() - 1);
    m_stage->setText(stage);
    QString time = tr("%1 elapsed").arg(formatDuration(job.elapsed));
    if (job.remaining)
        time += tr(", about %1 left").arg(formatDuration(*job.remaining));
    m_time->setText(time);
    m_bar->setRange(0, job.total ? kBarSteps : 0);
    m_bar->setValue(job.total ? static_cast<int>(job.done * kBarSteps / job.total) : 0);
    const bool isCancelling = job.state == JobState::Cancelling;
    m_cancel->setEnabled(!isCancelling);
    m_cancel->setText(isCancelling ? tr("Cancelling…") : tr("Cancel"));
}

} // namespace vernier::ui
