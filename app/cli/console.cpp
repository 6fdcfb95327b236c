#include "app/cli/console.h"

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <unistd.h>

#include <fmt/format.h>

namespace vernier::cli {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kWatch = 50ms;

volatile std::sig_atomic_t interrupted = 0;

void interrupt(int) {
    interrupted = 1;
}

std::string duration(double seconds) {
    const auto whole = static_cast<int>(seconds + 0.5);
    return whole < 60 ? fmt::format("{} s", whole) : fmt::format("{}:{:02} min", whole / 60, whole % 60);
}

} // namespace

Console::Console()
    : m_isTerminal(::isatty(STDERR_FILENO) != 0), m_watcher([this](const std::stop_token& end) {
          // A signal handler may only set a flag; this thread turns it into a stop request soon after.
          std::mutex guard;
          std::condition_variable_any ended;
          std::unique_lock lock(guard);
          while (!ended.wait_for(lock, end, kWatch, [] { return interrupted != 0; }) && !end.stop_requested()) {
          }
          if (interrupted) {
              std::signal(SIGINT, SIG_DFL); // a second Ctrl+C ends the program at once
              m_stop.request_stop();
          }
      }) {
    std::signal(SIGINT, interrupt);
}

JobContext Console::job() {
    return JobContext(
        m_stop.get_token(), [this](const Progress& progress) { show(progress); },
        [this](std::string_view text) { line(text); });
}

void Console::line(std::string_view text) {
    clearBar();
    fmt::print(stderr, "{}\n", text);
}

void Console::show(const Progress& progress) {
    const auto now = Clock::now();
    if (progress.stage != m_stage || progress.done == 0) {
        m_stage = progress.stage;
        m_stageStart = now;
        m_lastShown = m_isTerminal ? Clock::time_point() : now; // short stages make no line
    }
    const bool isFinished = progress.total > 0 && progress.done >= progress.total;
    if (!m_isTerminal) {
        if (progress.done == 0 || isFinished || now - m_lastShown < 5s)
            return;
        m_lastShown = now;
        fmt::print(stderr, "{}: {} of {}\n", progress.stage, progress.done, progress.total);
        return;
    }
    if (isFinished)
        return clearBar();
    if (progress.total == 0 || now - m_lastShown < 50ms)
        return;
    m_lastShown = now;
    constexpr std::size_t kWidth = 30;
    const double share = static_cast<double>(progress.done) / static_cast<double>(progress.total);
    const auto filled = static_cast<std::size_t>(share * kWidth);
    const double elapsed = std::chrono::duration<double>(now - m_stageStart).count();
    const std::string left = progress.done > 0 ? ", " + duration(elapsed / share - elapsed) + " left" : "";
    fmt::print(stderr, "\r\033[K{:<12} [{}{}] {:>3.0f} %{}", progress.stage, std::string(filled, '#'),
               std::string(kWidth - filled, '.'), 100 * share, left);
    std::fflush(stderr);
    m_barShown = true;
}

void Console::clearBar() {
    if (m_barShown)
        fmt::print(stderr, "\r\033[K");
    m_barShown = false;
}

} // namespace vernier::cli
