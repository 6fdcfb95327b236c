#pragma once

#include "core/workbench/run_history.h"
#include "ui/bridge/edit_step.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <utility>

namespace vernier::ui {

/// Carries every edit of runs by hand (deleted, renamed, tagged, annotated, pinned), so that each can be undone: the
/// one way in which runs are edited. The project is somebody else's, who hands it out through access.
class RunEdits : public QObject {
    Q_OBJECT
public:
    using Look = std::function<std::shared_ptr<const Project>()>; ///< the project as it is; null for none
    /// Calls change with the project and keeps what it makes of it. What change throws passes through.
    using Access = std::function<void(const std::function<void(Project&)>& change)>;

    RunEdits(Look look, Access access, QObject* parent = nullptr);

    /// Says which names are kept for runs that are still being made.
    void setReserved(std::function<bool(const QString& name)> isReserved) { m_isReserved = std::move(isReserved); }

    void restart(); ///< forgets everything, since the project is another

    // Edits that cannot be are reported by failed() and have no effect.
    void remove(const QStringList& runs);
    void rename(const QString& run, const QString& newName);
    void setTags(const QString& run, const QString& tags); ///< separated by commas
    void addTags(const QStringList& runs, const QString& tags);
    void setNote(const QString& run, const QString& note);
    void pinBaseline(const QString& run); ///< none for an empty name

    bool canUndo() const { return m_history.canUndo(); }
    bool canRedo() const { return m_history.canRedo(); }
    QString undoText() const; ///< what undo() would take back: "deleted 3 runs"; empty for nothing
    QString redoText() const;

public slots:
    void undo();
    void redo();

signals:
    void renamed(const QString& from, const QString& to); ///< comes before changed()
    void changed(vernier::ui::EditStep step);
    void restarted();
    void failed(const QString& reason);

private:
    void edit(const std::function<RunsEdit(const Project&)>& make);
    /// Does something to the project, and says so with what it renames.
    void carry(EditStep step, const RunsEdit& edit, const std::function<void(Project&)>& change);

    Look m_look;
    Access m_access;
    std::function<bool(const QString&)> m_isReserved;
    RunHistory m_history;
};

} // namespace vernier::ui
