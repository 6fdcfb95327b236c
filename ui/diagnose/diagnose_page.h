#pragma once

#include "ui/bridge/services.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QTabWidget;

namespace vernier::ui {

class Diagnosis;

/// Is the Diagnose workspace: where a run loses, by block, by linear, by token, by domain, and what it writes.
class DiagnosePage : public QWidget {
    Q_OBJECT
public:
    explicit DiagnosePage(const Services& services, QWidget* parent = nullptr);

    Diagnosis& diagnosis() const { return *m_diagnosis; }
    bool isEmpty() const; ///< there is no run to look at

private:
    QWidget* buildBar();
    void refresh();

    Services m_services;
    Diagnosis* m_diagnosis;
    QComboBox* m_runs = nullptr;
    QSpinBox* m_windows = nullptr;
    QCheckBox* m_sensitivities = nullptr;
    QPushButton* m_measure = nullptr;
    QLabel* m_summary = nullptr;
    QStackedWidget* m_pages = nullptr;
    QTabWidget* m_views = nullptr;
};

} // namespace vernier::ui
