#pragma once

#include <QStyledItemDelegate>

namespace vernier::ui {

/// Draws list rows with some air, and behind a number the bar whose length another role of the model gives, from 0
/// to 1.
class BarDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    BarDelegate(int barRole, QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int m_barRole;
};

} // namespace vernier::ui
