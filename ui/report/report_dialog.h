#pragma once

#include "ui/bridge/services.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace vernier::ui {

/// Asks which runs a report is to tell of, what they are compared with, and where it goes, as PDF or HTML; writes it in
/// the background.
class ReportDialog : public QDialog {
    Q_OBJECT
public:
    explicit ReportDialog(const Services& services, QWidget* parent = nullptr);

    QListWidget& runs() const { return *m_runs; }
    QComboBox& baseline() const { return *m_baseline; }
    QComboBox& format() const { return *m_format; }
    QLineEdit& file() const { return *m_file; }
    QPushButton& writeButton() const { return *m_write; }
    QString problem() const; ///< why it cannot be written, with the remedy; empty when it can

    void accept() override; ///< starts the job

private:
    void listRuns();
    void setAll(bool isChosen);
    void refresh();
    void browse();
    void changeEnding();
    QStringList chosenRuns() const;

    Services m_services;
    QListWidget* m_runs;
    QComboBox *m_baseline, *m_format;
    QLineEdit* m_file;
    QLabel* m_problem;
    QPushButton* m_write;
};

} // namespace vernier::ui
