#pragma once

#include "ui/bridge/edit_step.h"

#include <QObject>
#include <QString>

#include <cstddef>
#include <functional>
#include <vector>

namespace vernier::ui {

/// Undoes the edits of several histories in the order in which they were done, as one expects of an Edit menu. The
/// histories stay usable by themselves; what is undone there is undone here too.
class EditTimeline : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// history has canUndo, undo, undoText and the same of redo, and the signals changed(EditStep) and restarted().
    template <class History>
    void add(History& history) {
        const std::size_t index = m_histories.size();
        m_histories.push_back({[&history] { return history.canUndo(); }, [&history] { return history.canRedo(); },
                               [&history] { return history.undoText(); }, [&history] { return history.redoText(); },
                               [&history] { history.undo(); }, [&history] { history.redo(); }});
        connect(&history, &History::changed, this, [this, index](EditStep step) { take(index, step); });
        connect(&history, &History::restarted, this, &EditTimeline::restart);
    }

    bool canUndo() const { return latest() != nullptr; }
    bool canRedo() const { return next() != nullptr; }
    QString undoText() const; ///< what undo() would take back; empty for nothing
    QString redoText() const;

public slots:
    void undo();
    void redo();

signals:
    void changed();

private:
    struct History {
        std::function<bool()> canUndo, canRedo;
        std::function<QString()> undoText, redoText;
        std::function<void()> undo, redo;
    };

    void take(std::size_t history, EditStep step);
    void restart();
    const History* latest() const; ///< that has the newest step in effect; null for none
    const History* next() const;   ///< that has the newest undone step

    std::vector<History> m_histories;
    std::vector<std::size_t> m_done, m_undone; ///< which history each step belongs to, the newest last
};

} // namespace vernier::ui
