#pragma once

#include "core/export/export_format.h"
#include "ui/bridge/services.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace vernier::ui {

/// Asks what a run is to be written as and where to, says at once whether the format holds it, and which loaders take
/// the file and why not.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    ExportDialog(const Services& services, const QString& runName, QWidget* parent = nullptr);

    QComboBox& format() const { return *m_format; }
    QLineEdit& folder() const { return *m_folder; }
    QTableWidget& loaders() const { return *m_loaders; }
    QPushButton& exportButton() const { return *m_export; }
    QString problem() const; ///< why it cannot be written, with the remedy; empty when it can

    void accept() override; ///< starts the export

private:
    QWidget* buildRecovery();
    ExportFormat chosen() const;
    void refresh();
    void browse();

    Services m_services;
    QString m_runName;
    QComboBox* m_format;
    QLabel* m_description;
    QLineEdit* m_folder;
    QLabel* m_problem;
    QTableWidget* m_loaders;
    QPushButton* m_export;
};

} // namespace vernier::ui
