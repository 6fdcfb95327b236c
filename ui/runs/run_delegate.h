#pragma once

#include <QStyledItemDelegate>

namespace vernier::ui {

/// Draws a cell of a table of runs: headings of groups, the value, how far it is from the baseline's (its sign, and a
/// triangle that says better or worse without colour), a bar beside the best value of a column, and a tint on settings
/// that are not the usual ones.
class RunDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    /// "+0.0112 ▼": the difference of a cell and whether that is better (▲) or worse (▼); empty for none.
    static QString differenceText(const QModelIndex& index);
};

} // namespace vernier::ui
