#pragma once

#include <QAction>
#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

class QMenuBar;

namespace vernier::ui {

/// Describes an action and its place in the menus.
struct ActionSpec {
    QString id;      ///< "project.open"
    QString menu;    ///< title of the menu
    QString section; ///< actions of one section stand together, between separators
    QString text;
    QString toolTip; ///< empty: the text
    QString icon;    ///< name of the icon; empty for none
    QKeySequence shortcut{};
    bool isCheckable = false;
};

/// Owns every action of the window; menus, and whatever else lists actions, are built from it.
class ActionRegistry : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    QAction* add(const ActionSpec& spec);
    QAction* action(const QString& id) const; ///< must exist
    QList<QAction*> all() const;

    /// Adds the menus in the order in which they first appear.
    void fill(QMenuBar& bar) const;

private:
    struct Item {
        ActionSpec spec;
        QAction* action;
    };
    QList<Item> m_items;
};

} // namespace vernier::ui
