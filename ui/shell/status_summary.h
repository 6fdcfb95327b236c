#pragma once

#include "ui/bridge/services.h"

#include <QObject>

class QLabel;
class QStatusBar;

namespace vernier::ui {

/// Keeps the status bar up to date: model, calibration set, its tokens, and the running job.
class StatusSummary : public QObject {
    Q_OBJECT
public:
    StatusSummary(const Services& services, QStatusBar& bar);

private:
    QLabel* addLabel(QStatusBar& bar, const QString& toolTip, int stretch);
    void refreshProject();
    void refreshJob();

    Services m_services;
    QLabel* m_job;
    QLabel* m_set;
    QLabel* m_tokens;
    QLabel* m_model;
};

} // namespace vernier::ui
