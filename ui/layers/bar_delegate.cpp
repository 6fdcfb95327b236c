#include "ui/layers/bar_delegate.h"

#include "ui/plots/plot_colours.h"

#include <QPainter>

namespace vernier::ui {

BarDelegate::BarDelegate(int barRole, QObject* parent) : QStyledItemDelegate(parent), m_barRole(barRole) {}

void BarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const QVariant length = index.data(m_barRole);
    if (length.isValid() && !option.state.testFlag(QStyle::State_Selected)) {
        QColor colour = PlotColours::fromPalette(option.palette).warning;
        colour.setAlpha(70);
        QRectF bar = QRectF(option.rect).adjusted(1, 2, -1, -2);
        bar.setLeft(bar.right() - bar.width() * length.toDouble());
        painter->fillRect(bar, colour);
    }
    QStyledItemDelegate::paint(painter, option, index);
}

QSize BarDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    constexpr int kAir = 4;
    return QStyledItemDelegate::sizeHint(option, index) + QSize(0, kAir);
}

} // namespace vernier::ui
