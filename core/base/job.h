#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace vernier {

/// Where a job stands: a named stage and how much of it is done.
struct Progress {
    std::string stage;
    std::uint64_t done = 0;
    std::uint64_t total = 0; ///< 0 while unknown
};

/// Carries progress, log lines and cancellation between a piece of work and whoever started it. The default one is
/// silent and never cancelled. Callbacks run on the working thread; they must be quick and must not throw.
/// Not thread-safe: only the thread that runs the job calls it, except throwIfCancelled() and cancelled().
class JobContext {
public:
    using ProgressFunction = std::function<void(const Progress&)>;
    using LogFunction = std::function<void(std::string_view)>;

    JobContext() = default;
    JobContext(std::stop_token stop, ProgressFunction onProgress, LogFunction onLog)
        : m_stop(std::move(stop)), m_onProgress(std::move(onProgress)), m_onLog(std::move(onLog)) {}

    bool cancelled() const noexcept { return m_stop.stop_requested(); }

    /// Throws Error{Cancelled} once the job has been asked to stop. Called at least every 100 ms of work.
    void throwIfCancelled() const;

    /// Begins a stage of total steps; reports it at once.
    void beginStage(std::string name, std::uint64_t total);

    /// Counts steps of the current stage as done.
    void advance(std::uint64_t steps = 1);

    /// Tells a line of text to whoever listens ("calibration found in the cache").
    void log(std::string_view line) const;

    /// A job for a part of the work, which stops with this one and reports no progress of its own.
    JobContext quiet() const { return JobContext(m_stop, {}, m_onLog); }

    const Progress& progress() const noexcept { return m_progress; }

private:
    std::stop_token m_stop;
    ProgressFunction m_onProgress;
    LogFunction m_onLog;
    Progress m_progress;
};

} // namespace vernier
