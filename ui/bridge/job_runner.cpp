#include "ui/bridge/job_runner.h"

#include "ui/bridge/job_worker.h"

#include <QTimer>

#include <algorithm>
#include <utility>

namespace vernier::ui {

namespace {

constexpr int kPollMilliseconds = 1000 / 15;
constexpr std::size_t kKeptJobs = 100; ///< finished jobs that stay listed
constexpr qsizetype kKeptLines = 500;  ///< of a job's log

using Clock = LiveProgress::Clock;

std::chrono::milliseconds since(Clock::time_point start, Clock::time_point now) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - start);
}

/// Moves what the worker wrote into the picture the interface shows.
void readLive(LiveProgress& live, JobInfo& info) {
    const std::lock_guard lock(live.guard);
    if (!live.hasStarted)
        return;
    const auto now = live.outcome ? live.ended : Clock::now();
    info.elapsed = since(live.started, now);
    info.stage = QString::fromStdString(live.progress.stage);
    info.done = live.progress.done;
    info.total = live.progress.total;
    info.remaining.reset();
    if (info.done > 0 && info.total >= info.done) {
        const double perStep =
            static_cast<double>(since(live.stageStarted, now).count()) / static_cast<double>(info.done);
        info.remaining =
            std::chrono::milliseconds(static_cast<std::int64_t>(perStep * static_cast<double>(info.total - info.done)));
    }
    for (const std::string& line : live.log)
        info.log.append(QString::fromStdString(line));
    live.log.clear();
    if (info.log.size() > kKeptLines)
        info.log.remove(0, info.log.size() - kKeptLines);
}

} // namespace

bool isFinal(JobState state) {
    return state == JobState::Done || state == JobState::Cancelled || state == JobState::Failed;
}

void Poster::post(std::function<void()> deliver) const {
    // The receiver is looked at only where it lives; here on the worker it may be going away at this moment.
    QMetaObject::invokeMethod(
        m_carrier,
        [receiver = m_receiver, deliver = std::move(deliver)] {
            if (receiver)
                deliver();
        },
        Qt::QueuedConnection);
}

JobRunner::JobRunner(QObject* parent) : QObject(parent), m_timer(new QTimer(this)), m_worker(new JobWorker) {
    m_timer->setInterval(kPollMilliseconds);
    connect(m_timer, &QTimer::timeout, this, &JobRunner::readProgress);
}

JobRunner::~JobRunner() {
    m_worker.reset(); // joins; its last outcome lies in the live progress of the job
    const auto waiting = std::exchange(m_waiting, {});
    if (const auto running = m_jobs.find(m_running); running != m_jobs.end()) {
        const auto live = running->second.live;
        conclude(m_running, live->outcome.value_or(JobOutcome{JobState::Cancelled, {}}));
    }
    for (const JobId id : waiting)
        conclude(id, {JobState::Cancelled, {}});
}

JobId JobRunner::submit(JobRequest request) {
    const bool wasIdle = isIdle();
    const JobId id = ++m_lastId;
    Entry entry;
    entry.info.id = id;
    entry.info.title = request.title;
    entry.info.quiet = request.quiet;
    entry.live = std::make_shared<LiveProgress>();
    const bool first = request.first;
    const bool quiet = request.quiet;
    entry.request = std::move(request);
    m_jobs.emplace(id, std::move(entry));
    if (first)
        m_waiting.push_front(id);
    else
        m_waiting.push_back(id);
    if (!quiet)
        emit jobAdded(id);
    if (wasIdle)
        emit idleChanged(false);
    QMetaObject::invokeMethod(this, &JobRunner::startNext, Qt::QueuedConnection);
    return id;
}

void JobRunner::startNext() {
    while (m_running == 0 && m_worker && !m_waiting.empty()) {
        const JobId id = m_waiting.front();
        m_waiting.pop_front();
        Entry& entry = m_jobs.at(id);
        if (const JobId before = entry.request.after) {
            const auto state = m_finalStates.find(before);
            if (state != m_finalStates.end() && state->second != JobState::Done) {
                conclude(id, {JobState::Cancelled, {}});
                continue;
            }
        }
        if (entry.request.prepare)
            entry.request.prepare();
        m_running = id;
        entry.info.state = JobState::Running;
        m_timer->start();
        m_worker->start(std::exchange(entry.request.work, {}), entry.live, [this, id, live = entry.live] {
            // Joined before this object goes, so it is still whole here.
            QMetaObject::invokeMethod(
                this,
                [this, id, live] {
                    if (m_running != id)
                        return;
                    m_running = 0;
                    conclude(id, *live->outcome);
                    startNext();
                },
                Qt::QueuedConnection);
        });
        if (!entry.info.quiet)
            emit jobChanged(id);
    }
    if (m_running == 0)
        m_timer->stop();
}

void JobRunner::cancel(JobId id) {
    const auto found = m_jobs.find(id);
    if (found == m_jobs.end())
        return;
    if (id == m_running) {
        if (found->second.info.state != JobState::Running)
            return;
        found->second.info.state = JobState::Cancelling;
        m_worker->requestStop();
        emit jobChanged(id);
        return;
    }
    const auto waiting = std::find(m_waiting.begin(), m_waiting.end(), id);
    if (waiting == m_waiting.end())
        return;
    m_waiting.erase(waiting);
    conclude(id, {JobState::Cancelled, {}});
}

void JobRunner::cancelAll() {
    for (const JobId id : listedWork())
        cancel(id);
}

const JobInfo* JobRunner::job(JobId id) const {
    const auto found = m_jobs.find(id);
    return found == m_jobs.end() ? nullptr : &found->second.info;
}

QList<JobId> JobRunner::jobs() const {
    QList<JobId> ids;
    for (const auto& [id, entry] : m_jobs)
        if (!entry.info.quiet)
            ids.append(id);
    return ids;
}

QList<JobId> JobRunner::listedWork() const {
    QList<JobId> ids;
    for (const auto& [id, entry] : m_jobs)
        if (!entry.info.quiet && !isFinal(entry.info.state))
            ids.append(id);
    return ids;
}

void JobRunner::readProgress() {
    const auto running = m_jobs.find(m_running);
    if (running == m_jobs.end())
        return;
    readLive(*running->second.live, running->second.info);
    if (!running->second.info.quiet)
        emit jobChanged(m_running);
}

void JobRunner::conclude(JobId id, const JobOutcome& outcome) {
    Entry& entry = m_jobs.at(id);
    readLive(*entry.live, entry.info);
    entry.info.state = outcome.state;
    entry.info.error = outcome.error;
    entry.info.remaining.reset();
    m_finalStates[id] = outcome.state;
    const bool showsUp = entry.info.quiet && outcome.state == JobState::Failed;
    if (showsUp) {
        entry.info.quiet = false;
        emit jobAdded(id);
    }
    const JobRequest request = std::exchange(entry.request, {});
    if (request.onFinished && request.context)
        request.onFinished(outcome);
    if (entry.info.quiet)
        m_jobs.erase(id);
    else
        emit jobFinished(id);
    forgetOld();
    if (isIdle())
        emit idleChanged(true);
}

void JobRunner::forgetOld() {
    std::size_t finished = 0;
    for (const auto& [id, entry] : m_jobs)
        finished += isFinal(entry.info.state) ? 1 : 0;
    for (auto job = m_jobs.begin(); finished > kKeptJobs && job != m_jobs.end();) {
        const bool isOld = isFinal(job->second.info.state);
        finished -= isOld ? 1 : 0;
        job = isOld ? m_jobs.erase(job) : std::next(job);
    }
}

} // namespace vernier::ui
