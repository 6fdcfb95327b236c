#include "ui/shell/action_registry.h"

#include "ui/shell/icons.h"

#include <QHash>
#include <QMenu>
#include <QMenuBar>

#include <algorithm>

namespace vernier::ui {

QAction* ActionRegistry::add(const ActionSpec& spec) {
    auto* action = new QAction(spec.text, this);
    action->setObjectName(spec.id);
    action->setShortcut(spec.shortcut);
    action->setCheckable(spec.isCheckable);
    if (!spec.icon.isEmpty())
        action->setIcon(icon(spec.icon));
    const QString tip = spec.toolTip.isEmpty() ? QString(spec.text).remove(QLatin1Char('&')) : spec.toolTip;
    action->setToolTip(spec.shortcut.isEmpty()
                           ? tip
                           : QStringLiteral("%1 (%2)").arg(tip, spec.shortcut.toString(QKeySequence::NativeText)));
    m_items.append({spec, action});
    return action;
}

QAction* ActionRegistry::action(const QString& id) const {
    const auto found =
        std::find_if(m_items.begin(), m_items.end(), [&id](const Item& item) { return item.spec.id == id; });
    Q_ASSERT(found != m_items.end());
    return found->action;
}

QList<QAction*> ActionRegistry::all() const {
    QList<QAction*> actions;
    for (const Item& item : m_items)
        actions.append(item.action);
    return actions;
}

void ActionRegistry::fill(QMenuBar& bar) const {
    QHash<QString, QMenu*> menus;
    QHash<QString, QString> lastSection;
    for (const Item& item : m_items) {
        const QString& title = item.spec.menu;
        QMenu*& menu = menus[title];
        if (!menu)
            menu = bar.addMenu(title);
        else if (lastSection[title] != item.spec.section)
            menu->addSeparator();
        lastSection[title] = item.spec.section;
        menu->addAction(item.action);
    }
}

} // namespace vernier::ui
