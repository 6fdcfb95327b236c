#include "ui/plots/edit_actions.h"

#include <QCoreApplication>
#include <QMenu>
#include <QToolButton>

namespace vernier::ui {

QAction* keyedAction(QObject* parent, const QString& name, const QString& text, const QString& toolTip,
                     const QKeySequence& key, const std::function<void()>& act) {
    auto* action = new QAction(text, parent);
    action->setObjectName(name);
    action->setToolTip(toolTip);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(action, &QAction::triggered, parent, act);
    return action;
}

QToolButton* timesButton(QMenu& menu, const QString& toolTip, const std::function<void(int times)>& multiply) {
    for (const int times : {1, 2, 3, 5, 10})
        QObject::connect(menu.addAction(QCoreApplication::translate("timesButton", "×%1").arg(times)),
                         &QAction::triggered, &menu, [multiply, times] { multiply(times); });
    auto* button = new QToolButton;
    button->setText(QCoreApplication::translate("timesButton", "Count ×"));
    button->setToolTip(toolTip);
    button->setMenu(&menu);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setObjectName(QStringLiteral("multiply"));
    return button;
}

} // namespace vernier::ui
