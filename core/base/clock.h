#pragma once

#include <chrono>
#include <string>

namespace vernier {

/// The present time as ISO 8601 in UTC, "2026-03-01T12:00:00Z".
std::string timestamp();

/// Measures seconds since it was made.
class Stopwatch {
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count(); }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

} // namespace vernier
