#include "ui/shell/job_list_model.h"

#include "ui/bridge/text.h"
#include "ui/shell/icons.h"

#include <algorithm>

namespace vernier::ui {

QString progressText(const JobInfo& job) {
    switch (job.state) {
    case JobState::Queued:
        return JobListModel::tr("Waiting");
    case JobState::Cancelling:
        return JobListModel::tr("Cancelling…");
    case JobState::Done:
        return JobListModel::tr("Done");
    case JobState::Cancelled:
        return JobListModel::tr("Cancelled");
    case JobState::Failed:
        return JobListModel::tr("Failed");
    case JobState::Running:
        break;
    }
    if (job.total == 0)
        return JobListModel::tr("Running");
    return JobListModel::tr("%1 of %2").arg(formatCount(job.done), formatCount(job.total));
}

JobListModel::JobListModel(JobRunner& jobs, QObject* parent) : QAbstractTableModel(parent), m_jobs(jobs) {
    for (const JobId id : jobs.jobs())
        m_ids.prepend(id);
    connect(&jobs, &JobRunner::jobAdded, this, &JobListModel::add);
    connect(&jobs, &JobRunner::jobChanged, this, &JobListModel::refresh);
    connect(&jobs, &JobRunner::jobFinished, this, &JobListModel::refresh);
}

int JobListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_ids.size());
}

int JobListModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int{ColumnCount};
}

QVariant JobListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const JobInfo* const job = m_jobs.job(m_ids.at(index.row()));
    if (role == IdRole)
        return QVariant::fromValue(m_ids.at(index.row()));
    if (!job)
        return {};
    if (role == Qt::TextAlignmentRole && index.column() >= Elapsed)
        return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
    if (role == ShareRole && (job->state == JobState::Running || job->state == JobState::Cancelling))
        return job->total ? static_cast<double>(job->done) / static_cast<double>(job->total) : -1.0;
    if (role == Qt::ToolTipRole && job->state == JobState::Failed)
        return job->error;
    if (role == Qt::DecorationRole && index.column() == Title) {
        switch (job->state) {
        case JobState::Queued:
            return icon(QStringLiteral("waiting"));
        case JobState::Done:
            return icon(QStringLiteral("done"));
        case JobState::Failed:
            return icon(QStringLiteral("error"));
        case JobState::Cancelled:
            return icon(QStringLiteral("cancel"));
        default:
            return icon(QStringLiteral("start"));
        }
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Title:
        return job->title;
    case Stage:
        return job->state == JobState::Failed ? job->error : job->stage;
    case Done:
        return progressText(*job);
    case Elapsed:
        return job->state == JobState::Queued ? QString() : formatDuration(job->elapsed);
    case Remaining:
        return job->remaining ? formatDuration(*job->remaining) : QString();
    default:
        return {};
    }
}

QVariant JobListModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return QAbstractTableModel::headerData(section, orientation, role);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment((section >= Elapsed ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    if (role == Qt::ToolTipRole && section == Remaining)
        return tr("Expected time until the present stage ends");
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Title:
        return tr("Job");
    case Stage:
        return tr("Stage");
    case Done:
        return tr("Progress");
    case Elapsed:
        return tr("Elapsed");
    case Remaining:
        return tr("Remaining");
    default:
        return {};
    }
}

JobId JobListModel::jobAt(int row) const {
    return row >= 0 && row < m_ids.size() ? m_ids.at(row) : 0;
}

int JobListModel::rowOf(JobId id) const {
    return static_cast<int>(m_ids.indexOf(id));
}

void JobListModel::removeFinished() {
    for (int row = static_cast<int>(m_ids.size()) - 1; row >= 0; --row) {
        const JobInfo* const job = m_jobs.job(m_ids.at(row));
        if (job && !isFinal(job->state))
            continue;
        beginRemoveRows({}, row, row);
        m_ids.removeAt(row);
        endRemoveRows();
    }
}

void JobListModel::add(JobId id) {
    beginInsertRows({}, 0, 0);
    m_ids.prepend(id);
    endInsertRows();
}

void JobListModel::refresh(JobId id) {
    const int row = rowOf(id);
    if (row >= 0)
        emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

} // namespace vernier::ui
