#pragma once

#include "ui/data/curation.h"

#include <QWidget>

class QComboBox;
class QToolButton;

namespace vernier::ui {

/// Chooses the set that is curated, and does what concerns a set as a whole: make, copy, rename, delete, split off text
/// to evaluate on, undo and redo.
class SetBar : public QWidget {
    Q_OBJECT
public:
    explicit SetBar(Curation& curation, QWidget* parent = nullptr);

signals:
    void exportRequested(); ///< the curated set, to a file
    void importRequested(); ///< a set from a file

private:
    void buildMenu(QToolButton& button);
    void fill();
    void refreshHistory();
    void createNew();
    void duplicate();
    void rename();
    void remove();
    void splitOff();
    void setPurpose(SetPurpose purpose);
    QString askName(const QString& title, const QString& proposal);
    QString freeName(const QString& stem) const;

    Curation& m_curation;
    QComboBox* m_sets;
    QToolButton* m_undo;
    QToolButton* m_redo;
    QList<QAction*> m_needSet; ///< actions that want a set to act on
};

} // namespace vernier::ui
