#pragma once

#include "ui/bridge/services.h"

#include <QList>
#include <QStringList>
#include <QWidget>

class QAction;
class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace vernier::ui {

class ElidedLabel;
class RunTableModel;
class RunTableView;

/// Shows all runs in one table under a bar that filters, groups and hides them and chooses columns; settings that all
/// of them share are folded into one line. What is in sight can be copied and exported as CSV.
class CompareTable : public QWidget {
    Q_OBJECT
public:
    CompareTable(const Services& services, RunTableModel& model, QWidget* parent = nullptr);

    RunTableView& view() const { return *m_view; }
    QString sharedText() const;                ///< the line of equal settings
    bool exportCsv(const QString& path) const; ///< tells in the message bar how it went

private:
    QWidget* buildBar();
    void arranged();
    void foldColumns();
    void refreshSummary();
    void refreshHidden();
    void askForExport();
    QList<int> storedColumns() const;
    void storeColumns();

    Services m_services;
    RunTableModel& m_model;
    RunTableView* m_view;
    QLineEdit* m_filter = nullptr;
    QComboBox* m_grouping = nullptr;
    QCheckBox* m_fold = nullptr;
    QToolButton* m_hide = nullptr;
    QToolButton* m_showHidden = nullptr;
    QLabel* m_count = nullptr;
    ElidedLabel* m_shared;
    QLabel* m_summary;
    QList<int> m_chosen;   ///< columns that are wanted, folded ones too
    QList<int> m_folded;   ///< columns whose setting is the same in all runs
    QStringList m_domains; ///< of the columns that m_chosen knows
    bool m_isFolding = false;
};

} // namespace vernier::ui
