#include "ui/bridge/set_history.h"

#include "core/base/error.h"
#include "ui/bridge/text.h"

namespace vernier::ui {

void SetHistory::restart(std::vector<CalibrationSet> sets) {
    m_history = CurationHistory(std::move(sets));
    emit restarted();
}

void SetHistory::edit(const std::function<SetsEdit(SetList)>& change) {
    try {
        SetsEdit result = change(m_history.sets());
        if (result.sets == m_history.sets())
            return;
        m_history.apply(std::move(result));
    } catch (const Error& error) {
        emit failed(fromUtf8(error.what()));
        return;
    }
    emit changed(EditStep::Edited);
}

void SetHistory::edit(const QString& setName, const std::function<SetEdit(const CalibrationSet&)>& change) {
    edit([&](SetList sets) { return replaceSet(sets, change(requireSet(sets, setName.toStdString()))); });
}

QString SetHistory::undoText() const {
    return canUndo() ? fromUtf8(m_history.steps()[m_history.position() - 1]) : QString();
}

QString SetHistory::redoText() const {
    return canRedo() ? fromUtf8(m_history.steps()[m_history.position()]) : QString();
}

void SetHistory::undo() {
    if (!canUndo())
        return;
    m_history.undo();
    emit changed(EditStep::Undone);
}

void SetHistory::redo() {
    if (!canRedo())
        return;
    m_history.redo();
    emit changed(EditStep::Redone);
}

} // namespace vernier::ui
