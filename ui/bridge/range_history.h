#pragma once

#include "core/calibrate/chosen_range.h"
#include "ui/bridge/edit_step.h"

#include <QObject>
#include <QString>

#include <vector>

namespace vernier::ui {

/// Carries every change of the clipping ranges chosen in a project, so that each can be undone. Knows nothing of the
/// project; whoever keeps that takes ranges() when changed is emitted.
class RangeHistory : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kMostSteps = 500; ///< older ones can no longer be undone

    explicit RangeHistory(QObject* parent = nullptr);

    /// Forgets everything and begins with ranges; nothing is emitted but restarted().
    void restart(std::vector<ChosenRange> ranges);

    const std::vector<ChosenRange>& ranges() const { return m_states[m_current].ranges; }
    const ChosenRange* find(const QString& tap) const; ///< valid until the next change

    /// Chooses a range for its tap. One that is none is reported by failed() and has no effect.
    void choose(const ChosenRange& range);
    void forget(const QString& tap);

    bool canUndo() const { return m_current > 0; }
    bool canRedo() const { return m_current + 1 < m_states.size(); }
    QString undoText() const; ///< what undo() would take back; empty for nothing
    QString redoText() const;

public slots:
    void undo();
    void redo();

signals:
    void changed(vernier::ui::EditStep step);
    void restarted(); ///< by another project
    void failed(const QString& reason);

private:
    /// What a step made of the ranges.
    struct State {
        std::vector<ChosenRange> ranges;
        QString description;
    };
    void apply(State state);

    std::vector<State> m_states; ///< the first is where it began
    std::size_t m_current = 0;
};

} // namespace vernier::ui
