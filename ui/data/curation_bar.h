#pragma once

#include "ui/data/curation.h"

#include <QWidget>

class QAction;
class QLabel;
class QMenu;

namespace vernier::ui {

/// Offers what can be done with the picked documents: put them into the set, leave them out, keep only them, count them
/// more often. Every step can be undone.
class CurationBar : public QWidget {
    Q_OBJECT
public:
    explicit CurationBar(Curation& curation, QWidget* parent = nullptr);

    /// The same actions, for a context menu and for keys.
    const QList<QAction*>& editActions() const { return m_actions; }

private:
    QAction* addEdit(const QString& name, const QString& text, const QString& toolTip, const QKeySequence& key,
                     void (CurationBar::*act)());
    void addPicked();
    void excludePicked();
    void keepOnlyPicked();
    void multiplyPicked(int times);
    void refresh();

    Curation& m_curation;
    QList<QAction*> m_actions;
    QMenu* m_multiply;
    QLabel* m_picked;
};

} // namespace vernier::ui
