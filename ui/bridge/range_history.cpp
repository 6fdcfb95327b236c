#include "ui/bridge/range_history.h"

#include "core/base/error.h"
#include "ui/bridge/text.h"

#include <utility>

namespace vernier::ui {

RangeHistory::RangeHistory(QObject* parent) : QObject(parent), m_states(1) {}

void RangeHistory::restart(std::vector<ChosenRange> ranges) {
    m_states.assign(1, {std::move(ranges), {}});
    m_current = 0;
    emit restarted();
}

const ChosenRange* RangeHistory::find(const QString& tap) const {
    return findChosenRange(ranges(), tap.toStdString());
}

void RangeHistory::choose(const ChosenRange& range) {
    State state{ranges(), tr("chose the range of %1").arg(fromUtf8(range.tap))};
    try {
        setChosenRange(state.ranges, range);
    } catch (const Error& error) {
        emit failed(fromUtf8(error.what()));
        return;
    }
    apply(std::move(state));
}

void RangeHistory::forget(const QString& tap) {
    State state{ranges(), tr("forgot the range of %1").arg(tap)};
    removeChosenRange(state.ranges, tap.toStdString());
    apply(std::move(state));
}

void RangeHistory::apply(State state) {
    if (state.ranges == ranges())
        return;
    m_states.resize(m_current + 1);
    m_states.push_back(std::move(state));
    if (m_states.size() > kMostSteps + 1)
        m_states.erase(m_states.begin());
    m_current = m_states.size() - 1;
    emit changed(EditStep::Edited);
}

QString RangeHistory::undoText() const {
    return canUndo() ? m_states[m_current].description : QString();
}

QString RangeHistory::redoText() const {
    return canRedo() ? m_states[m_current + 1].description : QString();
}

void RangeHistory::undo() {
    if (!canUndo())
        return;
    --m_current;
    emit changed(EditStep::Undone);
}

void RangeHistory::redo() {
    if (!canRedo())
        return;
    ++m_current;
    emit changed(EditStep::Redone);
}

} // namespace vernier::ui
