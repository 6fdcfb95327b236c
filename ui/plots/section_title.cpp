#include "ui/plots/section_title.h"

#include <QFont>
#include <QLabel>

namespace vernier::ui {

QLabel* sectionTitle(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    QFont font = label->font();
    font.setBold(true);
    label->setFont(font);
    return label;
}

} // namespace vernier::ui
