#pragma once

#include "ui/bridge/services.h"

#include <QList>
#include <QStringList>
#include <QTableView>

class QSortFilterProxyModel;

namespace vernier::ui {

class RunTableModel;

/// Shows the project's runs in a sortable table; evaluates, copies and deletes them from its context menu.
class RunTableView : public QTableView {
    Q_OBJECT
public:
    RunTableView(const Services& services, RunTableModel& model, QWidget* parent = nullptr);

    void showColumns(const QList<int>& columns); ///< all others are hidden
    QStringList selectedRuns() const;            ///< in table order
    void selectRun(const QString& name);

signals:
    void runSelectionChanged();

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void copyRows() const;
    void removeSelected();

    Services m_services;
    RunTableModel& m_model;
    QSortFilterProxyModel* m_sorted;
};

} // namespace vernier::ui
