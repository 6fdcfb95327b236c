#include "ui/plots/padded_delegate.h"

#include <QApplication>

namespace vernier::ui {

namespace {

constexpr int kPadding = 4;
constexpr int kAbove = 3; ///< and below

} // namespace

void PaddedDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QStyle* style = cell.widget ? cell.widget->style() : QApplication::style();
    // The background first over the whole cell, then the cell once more, narrower, for its text.
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &cell, painter, cell.widget);
    cell.rect.adjust(kPadding, 0, -kPadding, 0);
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
}

QSize PaddedDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    return QStyledItemDelegate::sizeHint(option, index).grownBy({kPadding, kAbove, kPadding, kAbove});
}

} // namespace vernier::ui
