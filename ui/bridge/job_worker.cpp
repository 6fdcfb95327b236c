#include "ui/bridge/job_worker.h"

#include "core/base/error.h"

#include <exception>
#include <utility>

namespace vernier::ui {

JobWorker::JobWorker() : m_thread([this](const std::stop_token& stop) { loop(stop); }) {}

JobWorker::~JobWorker() {
    requestStop();
    m_thread.request_stop();
}

void JobWorker::start(Work work, std::shared_ptr<LiveProgress> live, std::function<void()> onEnd) {
    {
        const std::lock_guard lock(m_guard);
        m_stopWork = std::stop_source();
        m_task = Task{std::move(work), std::move(live), std::move(onEnd)};
    }
    m_wake.notify_one();
}

void JobWorker::requestStop() {
    const std::lock_guard lock(m_guard);
    m_stopWork.request_stop();
}

void JobWorker::loop(const std::stop_token& stop) {
    while (true) {
        Task task;
        std::stop_token stopWork;
        {
            std::unique_lock lock(m_guard);
            if (!m_wake.wait(lock, stop, [this] { return m_task.has_value(); }))
                return;
            task = *std::exchange(m_task, std::nullopt);
            stopWork = m_stopWork.get_token();
        }
        const JobOutcome outcome = run(task, stopWork);
        {
            const std::lock_guard lock(task.live->guard);
            task.live->outcome = outcome;
            task.live->ended = LiveProgress::Clock::now();
        }
        task.work = nullptr; // lets go of its inputs before anyone reacts to its end
        task.onEnd();
    }
}

JobOutcome JobWorker::run(const Task& task, const std::stop_token& stop) {
    LiveProgress& live = *task.live;
    {
        const std::lock_guard lock(live.guard);
        live.started = live.stageStarted = LiveProgress::Clock::now();
        live.hasStarted = true;
    }
    JobContext context(
        stop,
        [&live](const Progress& progress) {
            const std::lock_guard lock(live.guard);
            if (progress.stage != live.progress.stage || progress.done < live.progress.done)
                live.stageStarted = LiveProgress::Clock::now();
            live.progress = progress;
        },
        [&live](std::string_view line) {
            const std::lock_guard lock(live.guard);
            live.log.emplace_back(line);
        });
    try {
        context.throwIfCancelled();
        task.work(context);
        return {JobState::Done, {}};
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Cancelled)
            return {JobState::Cancelled, {}};
        return {JobState::Failed, QString::fromUtf8(error.what())};
    } catch (const std::bad_alloc&) {
        return {JobState::Failed, QObject::tr("Not enough memory; close other programs or use fewer windows")};
    } catch (const std::exception& error) {
        return {JobState::Failed, QString::fromUtf8(error.what())};
    } catch (...) {
        return {JobState::Failed, QObject::tr("Unknown failure")};
    }
}

} // namespace vernier::ui
