#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace vernier::h5 {

/// Takes the one lock under which HDF5 may be called, and silences HDF5's own messages. Recursive.
std::unique_lock<std::recursive_mutex> lock();

/// Describes HDF5's last failure in its own words ("data error detected by Fletcher32 checksum"), empty when it gave
/// none.
std::string lastProblem();

/// The errno of HDF5's last failure; 0 when the system had no part in it.
int lastErrno();

/// Owns an HDF5 id together with the function that closes it. Not valid when the id is negative.
class Handle {
public:
    Handle() = default;
    Handle(std::int64_t id, int (*close)(std::int64_t)) : m_id(id), m_close(close) {}
    Handle(Handle&& other) noexcept { *this = std::move(other); }
    Handle& operator=(Handle&& other) noexcept {
        std::swap(m_id, other.m_id);
        std::swap(m_close, other.m_close);
        return *this;
    }
    ~Handle() {
        if (m_id >= 0)
            m_close(m_id);
    }

    bool valid() const { return m_id >= 0; }
    std::int64_t id() const { return m_id; }
    std::int64_t release() { return std::exchange(m_id, -1); }

private:
    std::int64_t m_id = -1;
    int (*m_close)(std::int64_t) = nullptr;
};

} // namespace vernier::h5
