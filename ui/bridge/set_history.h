#pragma once

#include "core/curate/curation_history.h"
#include "ui/bridge/edit_step.h"

#include <QObject>
#include <QString>

#include <functional>
#include <vector>

namespace vernier::ui {

/// Carries every change of a project's sets, so that each can be undone: the one way in which sets are edited. Knows
/// nothing of the project; whoever keeps that takes sets() when changed is emitted.
class SetHistory : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Forgets everything and begins with sets; nothing is emitted but restarted().
    void restart(std::vector<CalibrationSet> sets);

    const std::vector<CalibrationSet>& sets() const { return m_history.sets(); }

    /// Applies an edit; one that changes nothing is not remembered. An edit that throws Error is reported by failed()
    /// and has no effect.
    void edit(const std::function<SetsEdit(SetList)>& change);
    /// Edits the set of that name.
    void edit(const QString& setName, const std::function<SetEdit(const CalibrationSet&)>& change);

    bool canUndo() const { return m_history.canUndo(); }
    bool canRedo() const { return m_history.canRedo(); }
    QString undoText() const; ///< what undo() would take back: "left out 3 documents"; empty for nothing
    QString redoText() const;

public slots:
    void undo();
    void redo();

signals:
    void changed(vernier::ui::EditStep step);
    void restarted(); ///< by another project
    void failed(const QString& reason);

private:
    CurationHistory m_history;
};

} // namespace vernier::ui
