#include "ui/bridge/edit_timeline.h"

#include <algorithm>
#include <iterator>

namespace vernier::ui {

namespace {

/// Takes the newest step of a history out of steps.
void removeNewest(std::vector<std::size_t>& steps, std::size_t history) {
    const auto found = std::find(steps.rbegin(), steps.rend(), history);
    if (found != steps.rend())
        steps.erase(std::next(found).base());
}

} // namespace

void EditTimeline::take(std::size_t history, EditStep step) {
    switch (step) {
    case EditStep::Edited:
        m_done.push_back(history);
        m_undone.clear();
        break;
    case EditStep::Undone:
        removeNewest(m_done, history);
        m_undone.push_back(history);
        break;
    case EditStep::Redone:
        removeNewest(m_undone, history);
        m_done.push_back(history);
        break;
    }
    emit changed();
}

void EditTimeline::restart() {
    m_done.clear();
    m_undone.clear();
    emit changed();
}

const EditTimeline::History* EditTimeline::latest() const {
    // A history forgets its oldest steps; what it cannot undo any more is passed over.
    for (auto step = m_done.rbegin(); step != m_done.rend(); ++step)
        if (m_histories[*step].canUndo())
            return &m_histories[*step];
    return nullptr;
}

const EditTimeline::History* EditTimeline::next() const {
    return m_undone.empty() || !m_histories[m_undone.back()].canRedo() ? nullptr : &m_histories[m_undone.back()];
}

QString EditTimeline::undoText() const {
    const History* history = latest();
    return history ? history->undoText() : QString();
}

QString EditTimeline::redoText() const {
    const History* history = next();
    return history ? history->redoText() : QString();
}

void EditTimeline::undo() {
    if (const History* history = latest())
        history->undo();
}

void EditTimeline::redo() {
    if (const History* history = next())
        history->redo();
}

} // namespace vernier::ui
