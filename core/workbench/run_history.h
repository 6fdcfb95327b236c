#pragma once

#include "core/workbench/edit_runs.h"

#include <cstddef>
#include <string>
#include <vector>

namespace vernier {

/// Keeps the edits of a project's runs, so that each is undone and redone. Keeps edits and not projects, since jobs
/// add runs and evaluations in between, which undoing must leave alone. Not thread-safe.
class RunHistory {
public:
    static constexpr std::size_t kMostSteps = 500; ///< older ones can no longer be undone

    /// Carries an edit out and remembers it; steps that had been undone are forgotten. One without changes is ignored.
    /// Throws as vernier::apply does.
    void apply(Project& project, RunsEdit edit);

    bool canUndo() const { return m_done > 0; }
    bool canRedo() const { return m_done < m_edits.size(); }
    void undo(Project& project); ///< does nothing when there is nothing to undo; throws as revert does
    void redo(Project& project); ///< does nothing when there is nothing to redo; throws as vernier::apply does

    /// The edit that undo() would take back, or redo() carry out again; null for nothing.
    const RunsEdit* toUndo() const { return canUndo() ? &m_edits[m_done - 1] : nullptr; }
    const RunsEdit* toRedo() const { return canRedo() ? &m_edits[m_done] : nullptr; }
    std::string undoText() const; ///< what undo() would take back: "deleted 3 runs"; empty for nothing
    std::string redoText() const;

private:
    std::vector<RunsEdit> m_edits;
    std::size_t m_done = 0; ///< so many of them are in effect
};

} // namespace vernier
