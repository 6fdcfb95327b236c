#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace vernier {

/// The present time as ISO 8601 in UTC, "2026-03-01T12:00:00Z".
std::string timestamp();

/// The present time in seconds since the beginning of 1970, UTC.
std::int64_t secondsSinceEpoch();

/// A time in seconds since 1970 as ISO 8601 in UTC; empty for a year that has not four digits.
std::string timestamp(std::int64_t secondsSinceEpoch);

/// Measures seconds since it was made.
class Stopwatch {
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count(); }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

} // namespace vernier
