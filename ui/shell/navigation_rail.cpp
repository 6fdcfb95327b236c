#include "ui/shell/navigation_rail.h"

#include <QAction>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace vernier::ui {

namespace {

constexpr int kWidth = 76;
constexpr int kButtonHeight = 62;
constexpr int kIconSize = 24;
constexpr int kMarkWidth = 3;

/// Draws a flat workspace button: icon above text, an accent bar at the left while its workspace is shown.
class RailButton : public QToolButton {
public:
    using QToolButton::QToolButton;

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const QPalette& colours = palette();
        if (isChecked())
            painter.fillRect(rect(), colours.color(QPalette::Base));
        else if (underMouse() && isEnabled())
            painter.fillRect(rect(), colours.color(QPalette::Button));
        if (isChecked())
            painter.fillRect(QRect(0, 0, kMarkWidth, height()), colours.color(QPalette::Highlight));
        const QRect iconRect((width() - kIconSize) / 2, 10, kIconSize, kIconSize);
        icon().paint(&painter, iconRect, Qt::AlignCenter, isEnabled() ? QIcon::Normal : QIcon::Disabled);
        painter.setPen(colours.color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::ButtonText));
        painter.drawText(QRect(0, iconRect.bottom() + 4, width(), height() - iconRect.bottom() - 8),
                         Qt::AlignHCenter | Qt::AlignTop | Qt::TextShowMnemonic, text());
        if (hasFocus()) {
            painter.setPen(QPen(colours.color(QPalette::Highlight), 1, Qt::DotLine));
            painter.drawRect(rect().adjusted(kMarkWidth + 2, 3, -4, -4));
        }
    }
};

} // namespace

NavigationRail::NavigationRail(QWidget* parent) : QWidget(parent), m_column(new QVBoxLayout(this)) {
    setFixedWidth(kWidth);
    setAccessibleName(tr("Workspaces"));
    m_column->setContentsMargins(0, 0, 1, 0);
    m_column->setSpacing(0);
    m_column->addStretch();
}

void NavigationRail::addEntry(QAction* action) {
    auto* button = new RailButton(this);
    button->setDefaultAction(action);
    button->setFixedHeight(kButtonHeight);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    button->setFocusPolicy(Qt::TabFocus);
    button->setAccessibleName(action->text());
    m_column->insertWidget(m_column->count() - 1, button);
}

void NavigationRail::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawLine(width() - 1, 0, width() - 1, height());
}

} // namespace vernier::ui
