#pragma once

#include "ui/bridge/job_runner.h"

#include <QObject>
#include <QString>

#include <functional>

namespace vernier::ui {

/// Runs light work of one kind, of which only the newest request counts: starting another cancels the one before and
/// drops what it brings.
class LatestJob {
public:
    /// context owns this; nothing is delivered once it is gone.
    LatestJob(JobRunner& jobs, QObject& context) : m_jobs(jobs), m_context(context) {}

    /// work runs on the worker, before other light work that waits when first; ended is called on the interface's
    /// thread unless a newer request has taken its place.
    void start(const QString& title, std::function<void(JobContext&)> work,
               std::function<void(const JobOutcome&)> ended, bool first = true);
    /// As start(), but done is called only when the work was Done.
    void startThen(const QString& title, std::function<void(JobContext&)> work, std::function<void()> done,
                   bool first = true);
    void cancel();

private:
    JobRunner& m_jobs;
    QObject& m_context;
    JobId m_current = 0;
};

} // namespace vernier::ui
