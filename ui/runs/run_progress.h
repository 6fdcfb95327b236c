#pragma once

#include "ui/bridge/job_runner.h"
#include "ui/bridge/services.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace vernier::ui {

/// Shows the job at work in full: stage, bar, elapsed and remaining time, and the button that cancels it.
class RunProgress : public QWidget {
    Q_OBJECT
public:
    explicit RunProgress(const Services& services, QWidget* parent = nullptr);

private:
    void refresh();
    void finished(JobId id);

    Services m_services;
    QLabel* m_title;
    QLabel* m_stage;
    QLabel* m_time;
    QProgressBar* m_bar;
    QPushButton* m_cancel;
    QString m_lastEnd; ///< how the latest job ended
};

} // namespace vernier::ui
