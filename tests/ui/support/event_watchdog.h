#pragma once

#include <QApplication>
#include <QString>

#include <chrono>
#include <functional>

namespace vernier::ui::test {

/// Tells how long something kept the interface's thread.
struct Busy {
    std::chrono::microseconds wall{0};
    std::chrono::microseconds cpu{0}; ///< of the thread, which others on the machine do not lengthen
    QString what;                     ///< "QTimer, event 1", or the name of a step
};

/// The application of all tests of the studio: times each event that the event loop hands out, with everything that is
/// called in turn.
class WatchedApplication : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override;

private:
    int m_depth = 0;
};

/// Notes what kept the interface's thread longest while it lives: the events handed out, and the steps that a test
/// takes itself. One at a time.
class EventWatchdog {
public:
    EventWatchdog();
    ~EventWatchdog();
    EventWatchdog(const EventWatchdog&) = delete;
    EventWatchdog& operator=(const EventWatchdog&) = delete;

    /// Takes a step as a user's event would, and times it as one.
    void step(const QString& name, const std::function<void()>& work);

    const Busy& longest() const { return m_longest; } ///< by time of the processor
    quint64 events() const { return m_events; }

private:
    friend class WatchedApplication;
    void note(Busy busy);

    Busy m_longest;
    quint64 m_events = 0;
};

} // namespace vernier::ui::test
