#include "ui/shell/status_summary.h"

#include "ui/bridge/job_runner.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/statistics_store.h"
#include "ui/bridge/text.h"
#include "ui/shell/job_list_model.h"

#include <QLabel>
#include <QStatusBar>

namespace vernier::ui {

StatusSummary::StatusSummary(const Services& services, QStatusBar& bar)
    : QObject(&bar), m_services(services), m_job(addLabel(bar, tr("Running job"), 1)),
      m_set(addLabel(bar, tr("Documents of the project and the calibration set that is shown"), 0)),
      m_tokens(addLabel(bar, tr("Tokens of the calibration that is shown: windows × sequence length"), 0)),
      m_model(addLabel(bar, tr("Model"), 0)) {
    connect(&services.jobs, &JobRunner::jobAdded, this, &StatusSummary::refreshJob);
    connect(&services.jobs, &JobRunner::jobChanged, this, &StatusSummary::refreshJob);
    connect(&services.jobs, &JobRunner::jobFinished, this, &StatusSummary::refreshJob);
    connect(&services.model, &ModelProvider::changed, this, &StatusSummary::refreshProject);
    connect(&services.session, &ProjectSession::projectReset, this, &StatusSummary::refreshProject);
    connect(&services.session, &ProjectSession::corpusChanged, this, &StatusSummary::refreshProject);
    connect(&services.statistics, &StatisticsStore::reset, this, &StatusSummary::refreshProject);
    connect(&services.statistics, &StatisticsStore::sourceChanged, this, &StatusSummary::refreshProject);
    refreshProject();
    refreshJob();
}

QLabel* StatusSummary::addLabel(QStatusBar& bar, const QString& toolTip, int stretch) {
    auto* label = new QLabel(&bar);
    label->setToolTip(toolTip);
    label->setTextFormat(Qt::PlainText);
    label->setContentsMargins(8, 0, 8, 0);
    if (stretch)
        bar.addWidget(label, stretch);
    else
        bar.addPermanentWidget(label);
    return label;
}

void StatusSummary::refreshProject() {
    const auto project = m_services.session.project();
    if (!project) {
        for (QLabel* label : {m_set, m_tokens, m_model})
            label->clear();
        return;
    }
    QString set = formatCount(project->corpus.size(), tr("1 document"), tr("%1 documents"));
    const StatisticsStore& statistics = m_services.statistics;
    if (!statistics.setName().isEmpty())
        set = tr("%1 · set “%2”").arg(set, statistics.setName());
    m_set->setText(set);
    if (const auto& record = statistics.record())
        m_tokens->setText(tr("%1 tokens")
                              .arg(formatCount(static_cast<std::uint64_t>(record->windows) *
                                               static_cast<std::uint64_t>(record->recipe.sequenceLength))));
    else
        m_tokens->setText(tr("Not calibrated"));
    const ModelProvider& model = m_services.model;
    if (const ArchitectureSpec* spec = model.spec())
        m_model->setText(
            tr("%1 · %2 · %3")
                .arg(model.displayName(), QString::fromStdString(spec->modelType),
                     formatCount(static_cast<std::uint64_t>(spec->blocks), tr("1 block"), tr("%1 blocks"))));
    else
        m_model->setText(model.isOpening() ? tr("Opening model…") : tr("No model"));
    m_model->setToolTip(model.folder().isEmpty() ? tr("Model") : model.folder());
}

void StatusSummary::refreshJob() {
    const QList<JobId> work = m_services.jobs.listedWork();
    if (work.isEmpty()) {
        m_job->setText(tr("Ready"));
        return;
    }
    const JobInfo& job = *m_services.jobs.job(work.first());
    QString text = QStringLiteral("%1 – %2").arg(job.title, progressText(job));
    if (job.remaining)
        text += tr(", about %1 left").arg(formatDuration(*job.remaining));
    if (work.size() > 1)
        text += tr(", %1 more waiting").arg(work.size() - 1);
    m_job->setText(text);
}

} // namespace vernier::ui
