#include "ui/data/token_counter.h"

#include "ui/data/corpus_view.h"
#include "ui/data/token_preview.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace vernier::ui {

namespace {

/// Short enough that a preview asked for in between appears at once.
constexpr std::chrono::milliseconds kBatchTime{40};

/// A corpus only grows: the same first and last document at their old places mean the same documents between them.
bool continues(const Project& before, const Project& now) {
    const std::size_t count = before.corpus.size();
    return count > 0 && now.corpus.size() >= count && contentHash(now.corpus[0]) == contentHash(before.corpus[0]) &&
           contentHash(now.corpus[count - 1]) == contentHash(before.corpus[count - 1]);
}

} // namespace

TokenCounter::TokenCounter(JobRunner& quickJobs, QObject* parent) : QObject(parent), m_jobs(quickJobs) {}

void TokenCounter::setCorpus(std::shared_ptr<const Project> project, OpenModel model) {
    const bool goesOn = m_project && project && model == m_model && continues(*m_project, *project);
    if (!goesOn) {
        ++m_generation;
        m_jobs.cancel(std::exchange(m_request, 0));
        m_next = 0;
        m_counts.clear();
    }
    m_project = std::move(project);
    m_model = std::move(model);
    m_counts.resize(m_project ? m_project->corpus.size() : 0, kNotCounted);
    if (!goesOn)
        emit restarted();
    countNext();
}

std::int32_t TokenCounter::countOf(std::uint32_t document) const {
    return document < m_counts.size() ? m_counts[document] : kNotCounted;
}

void TokenCounter::countNext() {
    if (m_request || !m_project || !m_model || m_next >= m_project->corpus.size())
        return;
    const auto counts = std::make_shared<std::vector<std::int32_t>>();
    JobRequest request;
    request.title = tr("Count tokens");
    request.quiet = true;
    request.context = this;
    request.work = [project = m_project, model = m_model, first = m_next, counts](JobContext& job) {
        const ChatTemplate* chatTemplate = model->chatTemplate ? &*model->chatTemplate : nullptr;
        const auto end = std::chrono::steady_clock::now() + kBatchTime;
        for (std::size_t i = first; i < project->corpus.size() && std::chrono::steady_clock::now() < end; ++i) {
            job.throwIfCancelled();
            counts->push_back(countTokens(project->corpus[i], model->tokenizer, chatTemplate));
        }
    };
    request.onFinished = [this, counts, generation = m_generation](const JobOutcome& outcome) {
        if (generation != m_generation)
            return;
        m_request = 0;
        if (outcome.state != JobState::Done)
            return;
        const std::size_t first = m_next;
        std::copy(counts->begin(), counts->end(), m_counts.begin() + static_cast<std::ptrdiff_t>(first));
        m_next += counts->size();
        countNext();
        emit counted(static_cast<int>(first), static_cast<int>(counts->size()));
    };
    m_request = m_jobs.submit(std::move(request));
}

} // namespace vernier::ui
