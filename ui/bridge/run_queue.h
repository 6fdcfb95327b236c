#pragma once

#include "core/workbench/run_queue.h"
#include "ui/bridge/job_runner.h"

#include <QObject>
#include <QStringList>

namespace vernier::ui {

class ProjectSession;

/// Works off the queue of the open project, one order at a time, whenever it is not paused; the queue itself is part of
/// the project and saved with it. An order that is at work when the project is left stays waiting and is taken up when
/// it is opened again.
class RunQueueWorker : public QObject {
    Q_OBJECT
public:
    RunQueueWorker(ProjectSession& session, JobRunner& jobs, QObject* parent = nullptr);

    /// Lets orders wait, and begins with them. Returns the names they got; work that waits already gets none.
    QStringList enqueue(const std::vector<RunOrder>& orders);

    /// Stops at once, with the order at work waiting again; it continues where it was.
    void pause();
    void resume();
    bool isPaused() const;

    void move(const QString& name, int places);
    void retry(const QString& name);
    /// Takes an order out; one that is at work is stopped, and marked as cancelled.
    void cancel(const QString& name);

    const QString& atWork() const { return m_atWork; }       ///< name of the order; empty for none
    const QList<JobId>& jobsAtWork() const { return m_ids; } ///< of that order, in the order they run

    /// Lets go of the order at work without marking it, as its jobs are about to be cancelled for good.
    void leave();

signals:
    void changed(); ///< orders, their states, or which is at work

private:
    void advance();
    void ended(quint64 work, const OrderEnd& end);
    void edit(const std::function<void(RunQueue&)>& change);
    void cancelJobs();

    ProjectSession& m_session;
    JobRunner& m_jobs;
    QString m_atWork;
    QList<JobId> m_ids;
    quint64 m_work = 0; ///< counts orders taken up; the end of one that was let go is ignored
    bool m_isLeaving = false;
};

} // namespace vernier::ui
