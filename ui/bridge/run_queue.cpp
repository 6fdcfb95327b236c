#include "ui/bridge/run_queue.h"

#include "ui/bridge/project_session.h"

namespace vernier::ui {

RunQueueWorker::RunQueueWorker(ProjectSession& session, JobRunner& jobs, QObject* parent)
    : QObject(parent), m_session(session), m_jobs(jobs) {
    connect(&session, &ProjectSession::leaving, this, &RunQueueWorker::leave);
    connect(&session, &ProjectSession::projectReset, this, [this] {
        leave();
        m_isLeaving = false;
        emit changed();
        // After all views know the project.
        QMetaObject::invokeMethod(this, &RunQueueWorker::advance, Qt::QueuedConnection);
    });
    connect(&jobs, &JobRunner::idleChanged, this, [this](bool isIdle) {
        // A project that could not be opened leaves the one that was there.
        if (isIdle && m_isLeaving && !m_session.isOpening()) {
            m_isLeaving = false;
            advance();
        }
    });
}

QStringList RunQueueWorker::enqueue(const std::vector<RunOrder>& orders) {
    QStringList names;
    m_session.editProject([&](Project& project) {
        for (const std::string& name : vernier::enqueue(project, orders))
            names.append(QString::fromStdString(name));
    });
    emit changed();
    advance();
    return names;
}

void RunQueueWorker::pause() {
    edit([](RunQueue& queue) { queue.isPaused = true; });
    cancelJobs();
}

void RunQueueWorker::resume() {
    edit([](RunQueue& queue) { queue.isPaused = false; });
    advance();
}

bool RunQueueWorker::isPaused() const {
    const auto project = m_session.project();
    return project && project->queue.isPaused;
}

void RunQueueWorker::move(const QString& name, int places) {
    edit([&](RunQueue& queue) { moveOrder(queue, name.toStdString(), places); });
}

void RunQueueWorker::retry(const QString& name) {
    edit([&](RunQueue& queue) { retryOrder(queue, name.toStdString()); });
    advance();
}

void RunQueueWorker::cancel(const QString& name) {
    if (name == m_atWork)
        return cancelJobs();
    edit([&](RunQueue& queue) { removeOrder(queue, name.toStdString()); });
}

void RunQueueWorker::cancelJobs() {
    for (const JobId id : QList<JobId>(m_ids))
        m_jobs.cancel(id);
}

void RunQueueWorker::leave() {
    m_isLeaving = true;
    ++m_work;
    m_atWork.clear();
    m_ids.clear();
}

void RunQueueWorker::edit(const std::function<void(RunQueue&)>& change) {
    m_session.editProject([&](Project& project) { change(project.queue); });
    emit changed();
}

void RunQueueWorker::advance() {
    const auto project = m_session.project();
    if (!project || m_isLeaving || !m_atWork.isEmpty() || project->queue.isPaused)
        return;
    const QueuedRun* next = nextOrder(project->queue);
    if (!next)
        return;
    m_atWork = QString::fromStdString(next->order.name);
    m_ids = m_session.makeRun(next->order, [this, work = ++m_work](const OrderEnd& end) { ended(work, end); });
    emit changed();
}

void RunQueueWorker::ended(quint64 work, const OrderEnd& end) {
    if (work != m_work)
        return;
    const std::string name = std::exchange(m_atWork, {}).toStdString();
    m_ids.clear();
    // What a pause stopped waits for its end.
    if (!(isPaused() && end.kind == OrderEnd::Kind::Cancelled))
        m_session.editProject([&](Project& project) { finishOrder(project.queue, name, end); });
    emit changed();
    advance();
}

} // namespace vernier::ui
