#pragma once

#include "core/base/job.h"

#include <cstddef>

namespace vernier {

/// Looks every now and then whether the job that asked for the work was cancelled. Without a job it never is.
class Pacer {
public:
    explicit Pacer(const JobContext* job = nullptr) : m_job(job) {}

    /// Counts bytes of text as handled; throws Error{Cancelled} at the first look after the job was asked to stop.
    void advance(std::size_t bytes) {
        m_sinceLook += bytes;
        if (m_sinceLook >= kStride)
            look();
    }

private:
    static constexpr std::size_t kStride = 1u << 16; // a few milliseconds of the slowest step

    void look() {
        m_sinceLook = 0;
        if (m_job)
            m_job->throwIfCancelled();
    }

    const JobContext* m_job;
    std::size_t m_sinceLook = 0;
};

} // namespace vernier
