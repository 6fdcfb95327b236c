#include "ui/bridge/latest_job.h"

#include <memory>
#include <utility>

namespace vernier::ui {

void LatestJob::start(const QString& title, std::function<void(JobContext&)> work,
                      std::function<void(const JobOutcome&)> ended, bool first) {
    cancel();
    // The number is known only once the job has been submitted, and it never runs before that.
    const auto ticket = std::make_shared<JobId>(0);
    JobRequest request;
    request.title = title;
    request.quiet = true;
    request.first = first;
    request.context = &m_context;
    request.work = std::move(work);
    request.onFinished = [this, ticket, ended = std::move(ended)](const JobOutcome& outcome) {
        if (*ticket == m_current)
            ended(outcome);
    };
    m_current = *ticket = m_jobs.submit(std::move(request));
}

void LatestJob::startThen(const QString& title, std::function<void(JobContext&)> work, std::function<void()> done,
                          bool first) {
    start(
        title, std::move(work),
        [done = std::move(done)](const JobOutcome& outcome) {
            if (outcome.state == JobState::Done)
                done();
        },
        first);
}

void LatestJob::cancel() {
    m_jobs.cancel(std::exchange(m_current, 0));
}

} // namespace vernier::ui
