#include "ui/layers/panel_parts.h"

#include "ui/plots/elided_label.h"

#include <QCheckBox>
#include <QVBoxLayout>

namespace vernier::ui {

QCheckBox* makeToggle(const QString& text, const QString& toolTip) {
    auto* box = new QCheckBox;
    box->setText(text);
    box->setToolTip(toolTip);
    box->setAccessibleDescription(toolTip);
    return box;
}

ElidedLabel* makeCaption(const QString& text) {
    auto* label = new ElidedLabel(Qt::ElideMiddle);
    label->setText(text);
    QFont bold = label->font();
    bold.setBold(true);
    label->setFont(bold);
    return label;
}

QVBoxLayout* makeColumn(QWidget* widget) {
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    return column;
}

} // namespace vernier::ui
