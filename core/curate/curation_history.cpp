#include "core/curate/curation_history.h"

#include <algorithm>
#include <utility>

namespace vernier {

CurationHistory::CurationHistory(std::vector<CalibrationSet> sets) {
    m_states.push_back({std::move(sets), {}});
}

void CurationHistory::apply(SetsEdit edit) {
    m_states.resize(m_current + 1);
    m_states.push_back(std::move(edit));
    if (m_states.size() > kMostSteps + 1)
        m_states.erase(m_states.begin());
    m_current = m_states.size() - 1;
}

void CurationHistory::undo() {
    if (canUndo())
        --m_current;
}

void CurationHistory::redo() {
    if (canRedo())
        ++m_current;
}

std::vector<std::string> CurationHistory::steps() const {
    std::vector<std::string> descriptions;
    std::transform(m_states.begin() + 1, m_states.end(), std::back_inserter(descriptions),
                   [](const SetsEdit& state) { return state.description; });
    return descriptions;
}

void CurationHistory::goTo(std::size_t position) {
    m_current = std::min(position, m_states.size() - 1);
}

} // namespace vernier
