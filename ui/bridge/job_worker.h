#pragma once

#include "core/base/job.h"
#include "ui/bridge/job_runner.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace vernier::ui {

/// Shares a running job's progress between the worker, which writes, and the interface's thread, which looks now and
/// then.
struct LiveProgress {
    using Clock = std::chrono::steady_clock;

    std::mutex guard; ///< of everything below
    Progress progress;
    Clock::time_point started, stageStarted;
    bool hasStarted = false;
    std::vector<std::string> log;      ///< lines not yet read
    std::optional<JobOutcome> outcome; ///< set when the work has ended
    Clock::time_point ended;
};

/// Runs one piece of work at a time on its own thread.
class JobWorker {
public:
    using Work = std::function<void(JobContext&)>;

    JobWorker();
    /// Asks the running work to stop and waits for it.
    ~JobWorker();

    /// Hands work to the idle worker; onEnd is called on the worker's thread once live holds the outcome.
    void start(Work work, std::shared_ptr<LiveProgress> live, std::function<void()> onEnd);

    /// Asks the running work to stop.
    void requestStop();

private:
    struct Task {
        Work work;
        std::shared_ptr<LiveProgress> live;
        std::function<void()> onEnd;
    };

    void loop(const std::stop_token& stop);
    static JobOutcome run(const Task& task, const std::stop_token& stop);

    std::mutex m_guard;
    std::condition_variable_any m_wake;
    std::optional<Task> m_task;
    std::stop_source m_stopWork;
    std::jthread m_thread; ///< last, so that it is joined before the rest goes
};

} // namespace vernier::ui
