#include "tests/ui/support/event_watchdog.h"

#include <QEvent>

#include <ctime>
#include <utility>

namespace vernier::ui::test {

namespace {

EventWatchdog* g_watchdog = nullptr; // QApplication is one of a kind, and so is who watches it

/// Measures from its making on.
class Stopwatch {
public:
    Busy read(QString what) const {
        using std::chrono::duration_cast, std::chrono::microseconds;
        return {duration_cast<microseconds>(std::chrono::steady_clock::now() - m_wall),
                duration_cast<microseconds>(threadTime() - m_cpu), std::move(what)};
    }

private:
    static std::chrono::nanoseconds threadTime() {
        timespec now{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
    }

    std::chrono::steady_clock::time_point m_wall = std::chrono::steady_clock::now();
    std::chrono::nanoseconds m_cpu = threadTime();
};

} // namespace

bool WatchedApplication::notify(QObject* receiver, QEvent* event) {
    if (!g_watchdog || m_depth > 0)
        return QApplication::notify(receiver, event);
    // Both may be gone afterwards.
    const QString what =
        QStringLiteral("%1, event %2").arg(QString::fromLatin1(receiver->metaObject()->className())).arg(event->type());
    const Stopwatch watch;
    ++m_depth;
    const bool result = QApplication::notify(receiver, event);
    --m_depth;
    if (g_watchdog)
        g_watchdog->note(watch.read(what));
    return result;
}

EventWatchdog::EventWatchdog() {
    g_watchdog = this;
}

EventWatchdog::~EventWatchdog() {
    g_watchdog = nullptr;
}

void EventWatchdog::step(const QString& name, const std::function<void()>& work) {
    const Stopwatch watch;
    work();
    note(watch.read(name));
}

void EventWatchdog::note(Busy busy) {
    ++m_events;
    if (busy.cpu > m_longest.cpu || (busy.cpu == m_longest.cpu && busy.wall > m_longest.wall))
        m_longest = std::move(busy);
}

} // namespace vernier::ui::test
