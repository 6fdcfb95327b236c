#pragma once

#include <csignal>
#include <cstdint>
#include <sys/resource.h>

namespace vernier::test {

/// Lets no file of this process grow beyond a size while it lives, which looks to a writer like a full disk.
class FileSizeLimit {
public:
    explicit FileSizeLimit(std::uint64_t bytes) : m_signal(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit limit = m_before;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_signal);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit m_before{};
    void (*m_signal)(int);
};

} // namespace vernier::test
