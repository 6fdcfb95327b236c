#pragma once

#include "ui/bridge/services.h"

#include <QList>
#include <QStringList>
#include <QTableView>

class QSortFilterProxyModel;

namespace vernier::ui {

class RunTableModel;

/// Shows the project's runs in a sortable table; evaluates, exports, copies, renames, tags, annotates and deletes them
/// from its context menu and by keys (F2, Delete).
class RunTableView : public QTableView {
    Q_OBJECT
public:
    RunTableView(const Services& services, RunTableModel& model, QWidget* parent = nullptr);

    void showColumns(const QList<int>& columns); ///< all others are hidden
    QStringList selectedRuns() const;            ///< in table order
    void selectRun(const QString& name);

    // Begin what the context menu offers for the selected runs.
    void renameSelected(); ///< in place
    void tagSelected();    ///< asks for tags to add
    void noteSelected();   ///< asks for the note of one run
    void removeSelected();

signals:
    void runSelectionChanged();

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool edit(const QModelIndex& index, EditTrigger trigger, QEvent* event) override;

private:
    void addEditActions(QMenu& menu, const QStringList& names);
    void copyRows() const;
    void askForNote(const QString& run);

    Services m_services;
    RunTableModel& m_model;
    QSortFilterProxyModel* m_sorted;
};

} // namespace vernier::ui
