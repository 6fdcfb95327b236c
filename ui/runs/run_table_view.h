#pragma once

#include "ui/bridge/services.h"

#include <QList>
#include <QStringList>
#include <QTableView>

#include <cstddef>

class QMenu;

namespace vernier::ui {

class RunArrangement;
class RunTableModel;

/// Shows the project's runs in a sortable table; evaluates, exports, copies, renames, tags, annotates and deletes them
/// from its context menu and by keys (F2, Delete).
class RunTableView : public QTableView {
    Q_OBJECT
public:
    RunTableView(const Services& services, RunTableModel& model, QWidget* parent = nullptr);

    /// How the runs are filtered, grouped and sorted.
    RunArrangement& arrangement() const { return *m_arranged; }

    void showColumns(const QList<int>& columns); ///< all others are hidden
    void setColumnShown(int column, bool shown);
    QList<int> shownColumns() const;    ///< in the order in which they stand
    void addColumnActions(QMenu& menu); ///< one for each column, to show or hide it
    /// The runs and columns in sight, numbers in full precision; with a baseline, the differences from it too.
    QString csv() const;
    QStringList selectedRuns() const; ///< in table order
    void selectRun(const QString& name);

    // Begin what the context menu offers for the selected runs.
    void renameSelected(); ///< in place
    void tagSelected();    ///< asks for tags to add
    void noteSelected();   ///< asks for the note of one run
    void removeSelected();

signals:
    void runSelectionChanged();
    void columnsChosen();

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool edit(const QModelIndex& index, EditTrigger trigger, QEvent* event) override;

private:
    void arranged();
    void fitColumns();
    void addEditActions(QMenu& menu, const QStringList& names);
    void copyRows() const;
    void askForNote(const QString& run);

    Services m_services;
    RunTableModel& m_model;
    RunArrangement* m_arranged;
    bool m_hasFitted = false;
    std::size_t m_fittedRuns = 0; ///< that there were when columns were last fitted
};

} // namespace vernier::ui
