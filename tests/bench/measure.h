#pragma once

#include "core/tensor/precision.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace vernier::bench {

/// Holds the seconds of one piece of work: on the clock, and of processor time divided by the threads that compute.
/// Work that keeps all threads busy has the same of both on a quiet machine; on a shared one only the second stays put.
struct Seconds {
    double clock = 0, processor = 0;
};

Seconds oneRound(const std::function<void()>& work);

/// The least of each over some rounds, after one that warms caches and compiles products.
Seconds leastSeconds(int rounds, const std::function<void()>& work);

/// Operations per second of the best large square product, both cores, that this machine gives in this run.
struct Peak {
    double clock = 0, processor = 0; ///< by clock and by processor time
};
Peak matrixPeak(Precision precision);

/// What the numbers were measured on: processor, threads, load when asked.
nlohmann::json machine();

/// Bytes of resident memory that belong to no file ("RssAnon" of /proc/self/status).
std::uint64_t anonymousBytes();

/// Watches anonymousBytes() from a thread of its own, every few milliseconds, and keeps the most it saw.
class MemoryPeak {
public:
    MemoryPeak();
    ~MemoryPeak();
    MemoryPeak(const MemoryPeak&) = delete;
    MemoryPeak& operator=(const MemoryPeak&) = delete;

    std::uint64_t bytes() const;

private:
    struct Watcher;
    std::unique_ptr<Watcher> m_watcher;
};

} // namespace vernier::bench
