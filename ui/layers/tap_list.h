#pragma once

#include "ui/bridge/services.h"

#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QSortFilterProxyModel;
class QTreeView;

namespace vernier::ui {

class TapFindings;
class TapTreeModel;

/// Lists blocks and taps in sortable columns, with a choice of the kinds of taps and of the run whose errors stand
/// beside them. Follows and sets the selection of tap and run.
class TapList : public QWidget {
    Q_OBJECT
public:
    explicit TapList(const Services& services, QWidget* parent = nullptr);

    TapTreeModel& model() const { return *m_model; }
    void setStatus(const QString& text);
    void step(int direction); ///< to the next tap (1) or the one before (−1), in the order of the list

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* buildChoices();
    void buildTree();
    void addColumnActions();
    void connectAll();
    void showSelection();
    void showRuns();
    void chooseKinds(int choice);
    void showErrors();
    void showSensitivities();

    Services m_services;
    TapFindings* m_findings;
    TapTreeModel* m_model;
    QSortFilterProxyModel* m_sorted;
    QTreeView* m_tree;
    QAction* m_showSensitivities = nullptr;
    QComboBox* m_kinds;
    QComboBox* m_runs;
    QLabel* m_status;
};

} // namespace vernier::ui
