#include "ui/runs/queue_model.h"

#include "core/quantize/scheme.h"
#include "ui/bridge/job_runner.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/run_queue.h"
#include "ui/bridge/text.h"

namespace vernier::ui {

QueueModel::QueueModel(const Services& services, QObject* parent) : QAbstractTableModel(parent), m_services(services) {
    connect(&services.queue, &RunQueueWorker::changed, this, &QueueModel::refresh);
    connect(&services.jobs, &JobRunner::jobChanged, this, [this](JobId id) {
        if (const int row = rowOf(m_services.queue.atWork()); row >= 0 && m_services.queue.jobsAtWork().contains(id))
            emit dataChanged(index(row, State), index(row, State));
    });
    refresh();
}

int QueueModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_names.size());
}

int QueueModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString QueueModel::nameAt(int row) const {
    return row >= 0 && row < m_names.size() ? m_names.at(row) : QString();
}

int QueueModel::rowOf(const QString& name) const {
    return static_cast<int>(m_names.indexOf(name));
}

void QueueModel::refresh() {
    QStringList names;
    if (const auto project = m_services.session.project())
        for (const QueuedRun& queued : project->queue.runs)
            names.append(QString::fromStdString(queued.order.name));
    if (names == m_names) {
        if (!m_names.isEmpty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_names = names;
    endResetModel();
}

QString QueueModel::stateText(int row) const {
    const auto project = m_services.session.project();
    const QueuedRun* queued = project ? findOrder(project->queue, m_names.at(row).toStdString()) : nullptr;
    if (!queued)
        return {};
    if (m_names.at(row) == m_services.queue.atWork()) {
        for (const JobId id : m_services.queue.jobsAtWork())
            if (const JobInfo* job = m_services.jobs.job(id); job && !isFinal(job->state)) {
                if (job->state == JobState::Queued)
                    return tr("next");
                QString text = job->title.section(QLatin1Char(' '), 0, 0);
                if (job->total)
                    text += tr(", %1 of %2").arg(formatCount(job->done), formatCount(job->total));
                if (job->remaining)
                    text += tr(", about %1 left").arg(formatDuration(*job->remaining));
                return text;
            }
        return tr("at work");
    }
    switch (queued->state) {
    case QueuedState::Failed:
        return tr("failed: %1").arg(QString::fromStdString(queued->error));
    case QueuedState::Cancelled:
        return tr("cancelled");
    case QueuedState::Waiting:
        return project->queue.isPaused ? tr("paused") : tr("waiting");
    }
    return {};
}

QVariant QueueModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= m_names.size())
        return {};
    const QString& name = m_names.at(index.row());
    if (role == NameRole)
        return name;
    const auto project = m_services.session.project();
    const QueuedRun* queued = project ? findOrder(project->queue, name.toStdString()) : nullptr;
    if (!queued)
        return {};
    if (role == IsWaitingRole)
        return queued->state == QueuedState::Waiting && name != m_services.queue.atWork();
    if (role == Qt::ToolTipRole && index.column() == State)
        return stateText(index.row());
    if (role != Qt::DisplayRole)
        return {};
    const RunOrder& order = queued->order;
    switch (index.column()) {
    case Name:
        return name;
    case Settings:
        return tr("%1, %2").arg(methodTitle(vernier::name(order.settings.method)),
                                QString::fromStdString(order.settings.scheme.text()));
    case Set:
        return tr("%1, %2 × %3")
            .arg(QString::fromStdString(order.setName))
            .arg(order.recipe.maxWindows)
            .arg(order.recipe.sequenceLength);
    case State:
        return stateText(index.row());
    default:
        return {};
    }
}

QVariant QueueModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter));
    if (role == Qt::ToolTipRole && section == Set)
        return tr("Calibration set, windows × tokens");
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Run");
    case Settings:
        return tr("Settings");
    case Set:
        return tr("Calibrated on");
    case State:
        return tr("State");
    default:
        return {};
    }
}

} // namespace vernier::ui
