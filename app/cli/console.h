#pragma once

#include "core/base/job.h"

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace vernier::cli {

/// Shows a job on standard error: a bar with ETA on a terminal, plain lines otherwise. Results go to standard output
/// and are none of its business.
class Console {
public:
    Console();

    /// A job that reports here and that Ctrl+C stops.
    JobContext job();

    /// Writes a line, clear of the bar.
    void line(std::string_view text);

private:
    void show(const Progress& progress);
    void clearBar();

    bool m_isTerminal;
    std::stop_source m_stop;
    bool m_barShown = false;
    std::string m_stage;
    std::chrono::steady_clock::time_point m_stageStart, m_lastShown;
    std::jthread m_watcher; ///< last, so that it ends before what it uses
};

} // namespace vernier::cli
