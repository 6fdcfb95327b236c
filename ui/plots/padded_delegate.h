#pragma once

#include <QStyledItemDelegate>

namespace vernier::ui {

/// Draws table cells with air around them, so that a column of numbers does not touch the text beside it.
class PaddedDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace vernier::ui
