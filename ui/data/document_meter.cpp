#include "ui/data/document_meter.h"

#include "core/curate/language.h"
#include "core/curate/script.h"
#include "ui/data/corpus_view.h"
#include "ui/data/token_preview.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace vernier::ui {

namespace {

/// Short enough that a preview asked for in between appears at once.
constexpr std::chrono::milliseconds kBatchTime{40};

struct Measure {
    std::int32_t tokens = kNotCounted;
    LanguageGuess language;
};

/// A corpus only grows: the same first and last document at their old places mean the same documents between them.
bool continues(const Project& before, const Project& now) {
    const std::size_t count = before.corpus.size();
    return count > 0 && now.corpus.size() >= count && contentHash(now.corpus[0]) == contentHash(before.corpus[0]) &&
           contentHash(now.corpus[count - 1]) == contentHash(before.corpus[count - 1]);
}

} // namespace

DocumentMeter::DocumentMeter(JobRunner& quickJobs, QObject* parent) : QObject(parent), m_jobs(quickJobs) {}

void DocumentMeter::setCorpus(std::shared_ptr<const Project> project, OpenModel model) {
    const bool goesOn = m_project && project && model == m_model && continues(*m_project, *project);
    if (!goesOn) {
        ++m_generation;
        m_jobs.cancel(std::exchange(m_request, 0));
        m_next = 0;
        m_counts.clear();
        m_languages = {};
        m_scripts = {};
    }
    m_project = std::move(project);
    m_model = std::move(model);
    const std::size_t documents = m_project ? m_project->corpus.size() : 0;
    m_counts.resize(documents, kNotCounted);
    m_languages.resize(documents);
    m_scripts.resize(documents);
    if (!goesOn)
        emit restarted();
    measureNext();
}

std::int32_t DocumentMeter::countOf(std::uint32_t document) const {
    return document < m_counts.size() ? m_counts[document] : kNotCounted;
}

void DocumentMeter::measureNext() {
    if (m_request || !m_project || m_next >= m_project->corpus.size())
        return;
    const auto batch = std::make_shared<std::vector<Measure>>();
    JobRequest request;
    request.title = tr("Measure documents");
    request.quiet = true;
    request.context = this;
    request.work = [project = m_project, model = m_model, first = m_next, batch](JobContext& job) {
        const ChatTemplate* chatTemplate = model && model->chatTemplate ? &*model->chatTemplate : nullptr;
        const auto end = std::chrono::steady_clock::now() + kBatchTime;
        for (std::size_t i = first; i < project->corpus.size() && std::chrono::steady_clock::now() < end; ++i) {
            job.throwIfCancelled();
            const DocumentView document = project->corpus[i];
            batch->push_back({model ? countTokens(document, model->tokenizer, chatTemplate) : kNotCounted,
                              guessLanguage(document.text)});
        }
    };
    request.onFinished = [this, batch, generation = m_generation](const JobOutcome& outcome) {
        if (generation != m_generation)
            return;
        m_request = 0;
        if (outcome.state != JobState::Done)
            return;
        const std::size_t first = m_next;
        for (const Measure& measure : *batch) {
            m_counts[m_next] = measure.tokens;
            m_languages.set(m_next, measure.language.code);
            m_scripts.set(m_next, measure.language.script ? name(*measure.language.script) : std::string_view());
            ++m_next;
        }
        measureNext();
        emit measured(static_cast<int>(first), static_cast<int>(batch->size()));
    };
    m_request = m_jobs.submit(std::move(request));
}

} // namespace vernier::ui
