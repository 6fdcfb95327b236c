#pragma once

#include "core/base/job.h"

#include <QObject>
#include <QPointer>
#include <QString>
#include <QStringList>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>

class QTimer;

namespace vernier::ui {

class JobWorker;
struct LiveProgress;

using JobId = quint64; ///< 0 is no job

/// Is where a job stands; every job ends in exactly one of the last three.
enum class JobState { Queued, Running, Cancelling, Done, Cancelled, Failed };

bool isFinal(JobState state);

/// Says how a job ended.
struct JobOutcome {
    JobState state = JobState::Done;
    QString error; ///< the failure in one line; empty unless state is Failed
};

/// Shows a job as the interface sees it; refreshed 15 times a second while it runs.
struct JobInfo {
    JobId id = 0;
    QString title;
    bool quiet = false; ///< housekeeping that no list of jobs shows
    JobState state = JobState::Queued;
    QString stage;
    quint64 done = 0;
    quint64 total = 0; ///< 0 while unknown
    std::chrono::milliseconds elapsed{0};
    std::optional<std::chrono::milliseconds> remaining; ///< of the current stage, once a rate is known
    QString error;
    QStringList log;
};

/// Describes work to be done on the worker thread.
struct JobRequest {
    QString title;
    std::function<void()> prepare;         ///< called on the interface's thread just before work starts; may be empty
    std::function<void(JobContext&)> work; ///< runs on the worker; what it throws becomes the outcome
    QPointer<QObject> context;             ///< onFinished is dropped when this object is gone
    std::function<void(const JobOutcome&)> onFinished; ///< called once, on the interface's thread
    bool quiet = false;                                ///< not listed, unless it fails
    bool first = false;                                ///< goes before all jobs that wait
    JobId after = 0; ///< is cancelled without running when that job does not end in Done
};

/// Brings results from the worker to an object of the interface's thread. Copyable; any thread may hold it.
class Poster {
public:
    /// Calls deliver on the interface's thread, later; drops it when the receiver is gone by then. Called by work only.
    void post(std::function<void()> deliver) const;

private:
    friend class JobRunner;
    Poster(QObject* carrier, QObject* receiver) : m_carrier(carrier), m_receiver(receiver) {}

    QObject* m_carrier; ///< the runner, which outlives all work
    QPointer<QObject> m_receiver;
};

/// Runs jobs one after the other on one worker thread. The queue itself lives on the interface's thread: the next job
/// starts once the outcome of the one before has been delivered, so that onFinished may put work in front of it.
class JobRunner : public QObject {
    Q_OBJECT
public:
    explicit JobRunner(QObject* parent = nullptr);
    /// Cancels everything, waits for the running job to stop and gives every job its final state.
    ~JobRunner() override;

    JobId submit(JobRequest request);
    void cancel(JobId id); ///< a waiting job ends at once, a running one as soon as it notices
    void cancelAll();      ///< all listed jobs; quiet ones (saving) go on

    /// A way for work to deliver to receiver while it runs.
    Poster poster(QObject* receiver) { return {this, receiver}; }

    const JobInfo* job(JobId id) const; ///< null for an unknown id; valid until control returns to the event loop
    QList<JobId> jobs() const;          ///< all that are listed, oldest first
    QList<JobId> listedWork() const;    ///< those of them that have not ended
    JobId runningJob() const { return m_running; }
    bool isIdle() const { return m_running == 0 && m_waiting.empty(); } ///< quiet jobs count as work

signals:
    void jobAdded(vernier::ui::JobId id); ///< listed jobs only
    void jobChanged(vernier::ui::JobId id);
    void jobFinished(vernier::ui::JobId id); ///< after onFinished
    void idleChanged(bool isIdle);

private:
    struct Entry {
        JobInfo info;
        JobRequest request;
        std::shared_ptr<LiveProgress> live;
    };

    void startNext();
    void readProgress();
    void conclude(JobId id, const JobOutcome& outcome);
    void forgetOld();

    std::map<JobId, Entry> m_jobs;
    std::deque<JobId> m_waiting;
    std::map<JobId, JobState> m_finalStates;
    JobId m_running = 0;
    JobId m_lastId = 0;
    QTimer* m_timer;
    std::unique_ptr<JobWorker> m_worker;
};

} // namespace vernier::ui
