#include "core/base/job.h"

#include "core/base/error.h"

namespace vernier {

void JobContext::throwIfCancelled() const {
    if (cancelled())
        throw Error(ErrorKind::Cancelled, {}, "cancelled");
}

void JobContext::beginStage(std::string name, std::uint64_t total) {
    throwIfCancelled();
    m_progress = {std::move(name), 0, total};
    if (m_onProgress)
        m_onProgress(m_progress);
}

void JobContext::advance(std::uint64_t steps) {
    m_progress.done += steps;
    if (m_onProgress)
        m_onProgress(m_progress);
}

void JobContext::log(std::string_view line) const {
    if (m_onLog)
        m_onLog(line);
}

} // namespace vernier
