#pragma once

#include "ui/bridge/services.h"

#include <QObject>
#include <QString>

class QTimer;

namespace vernier::ui {

class MainWindow;

/// Draws every workspace of the open project, or the start page, to a PNG, once nothing is loading any more.
class Grabber : public QObject {
    Q_OBJECT
public:
    Grabber(const Services& services, MainWindow& window, QString folder, QObject* parent = nullptr);

    /// Waits for the jobs to settle, grabs, and ends the application with 0, or 1 when something failed.
    void start();

private:
    void check();
    bool grabAll();
    bool grab(const QString& name);
    bool grabViews(const QString& page); ///< the other tabs of a page that has some

    Services m_services;
    MainWindow& m_window;
    QString m_folder;
    QTimer* m_timer;
    int m_quietTicks = 0;
};

} // namespace vernier::ui
