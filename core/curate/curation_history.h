#pragma once

#include "core/curate/set_edit.h"

#include <cstddef>
#include <string>
#include <vector>

namespace vernier {

/// Keeps what every curation step made of the sets, so that steps are undone and redone in any number. States share the
/// lists that a step did not touch. Not thread-safe.
class CurationHistory {
public:
    static constexpr std::size_t kMostSteps = 500; ///< older ones can no longer be undone

    explicit CurationHistory(std::vector<CalibrationSet> sets = {});

    const std::vector<CalibrationSet>& sets() const { return m_states[m_current].sets; }

    /// Makes the outcome of an edit the current state; steps that had been undone are forgotten.
    void apply(SetsEdit edit);

    bool canUndo() const { return m_current > 0; }
    bool canRedo() const { return m_current + 1 < m_states.size(); }
    void undo(); ///< does nothing when there is nothing to undo
    void redo(); ///< does nothing when there is nothing to redo

    /// What every step did, oldest first; the first `position()` of them are in effect.
    std::vector<std::string> steps() const;
    std::size_t position() const { return m_current; }
    /// Goes to the state after the first `position` steps, at most all of them.
    void goTo(std::size_t position);

private:
    std::vector<SetsEdit> m_states; ///< the first is where it began
    std::size_t m_current = 0;
};

} // namespace vernier
