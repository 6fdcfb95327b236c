#include "core/workbench/run_history.h"

#include <utility>

namespace vernier {

void RunHistory::apply(Project& project, RunsEdit edit) {
    if (edit.changes.empty())
        return;
    vernier::apply(project, edit);
    m_edits.resize(m_done);
    m_edits.push_back(std::move(edit));
    if (m_edits.size() > kMostSteps)
        m_edits.erase(m_edits.begin());
    m_done = m_edits.size();
}

void RunHistory::undo(Project& project) {
    if (!canUndo())
        return;
    revert(project, *toUndo());
    --m_done;
}

void RunHistory::redo(Project& project) {
    if (!canRedo())
        return;
    vernier::apply(project, *toRedo());
    ++m_done;
}

std::string RunHistory::undoText() const {
    return canUndo() ? toUndo()->description : std::string();
}

std::string RunHistory::redoText() const {
    return canRedo() ? toRedo()->description : std::string();
}

} // namespace vernier
