#include "ui/runs/run_delegate.h"

#include "ui/bridge/run_arrangement.h"

#include <QPainter>

namespace vernier::ui {

namespace {

constexpr int kPadding = 3; ///< left and right of a cell's text
constexpr int kGap = 8;     ///< between a value and its difference
constexpr int kBest = 4;    ///< what the bar of the best value takes
constexpr int kTintAlpha = 45;

/// Green and orange of Okabe and Ito, darker on light ground so that small text stays readable.
QColor colourOf(int better, const QPalette& palette) {
    const bool isDark = palette.color(QPalette::Base).lightness() < 128;
    if (better > 0)
        return isDark ? QColor(0x4c, 0xc9, 0xa0) : QColor(0x00, 0x73, 0x54);
    if (better < 0)
        return isDark ? QColor(0xf0, 0x9a, 0x57) : QColor(0xa8, 0x46, 0x00);
    return palette.color(QPalette::PlaceholderText);
}

int differenceWidth(const QFontMetrics& metrics, const QString& text) {
    // Most are about as wide as this, so that values stand below each other.
    return kGap + std::max(metrics.horizontalAdvance(text), metrics.horizontalAdvance(QStringLiteral("+0.0000 ▲")));
}

/// Whether the column of a cell has differences at all, this cell's or others'.
bool hasDifferences(const QModelIndex& index) {
    const auto* runs = qobject_cast<const RunArrangement*>(index.model());
    return runs && runs->source().baselineRow() >= 0 && RunColumns::preference(index.column()) != 0;
}

void paintHeading(QPainter* painter, const QStyleOptionViewItem& cell) {
    QStyleOptionViewItem heading = cell;
    heading.font.setBold(true);
    heading.fontMetrics = QFontMetrics(heading.font);
    painter->fillRect(heading.rect, heading.palette.color(QPalette::AlternateBase));
    heading.rect.adjust(kPadding, 0, -kPadding, 0);
    painter->setFont(heading.font);
    painter->setPen(heading.palette.color(QPalette::Text));
    painter->drawText(heading.rect, Qt::AlignVCenter | Qt::AlignLeft, heading.text);
}

} // namespace

QString RunDelegate::differenceText(const QModelIndex& index) {
    if (index.column() == RunTableModel::Name)
        return index.data(RunTableModel::IsBaselineRole).toBool() ? tr("baseline") : QString();
    const QString difference = index.data(RunTableModel::DifferenceRole).toString();
    const int better = index.data(RunTableModel::BetterRole).toInt();
    return better == 0 ? difference : difference + (better > 0 ? QStringLiteral(" ▲") : QStringLiteral(" ▼"));
}

void RunDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    cell.state &= ~QStyle::State_HasFocus; // the selected row says where one is
    painter->save();
    if (index.data(RunArrangement::HeadingRole).toBool()) {
        paintHeading(painter, cell);
        painter->restore();
        return;
    }
    const bool isSelected = option.state & QStyle::State_Selected;
    const QStyle* style = cell.widget->style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &cell, painter, cell.widget);
    if (index.data(RunArrangement::DiffersRole).toBool() && !isSelected) {
        QColor tint = option.palette.color(QPalette::Highlight);
        tint.setAlpha(kTintAlpha);
        painter->fillRect(option.rect.adjusted(0, 1, -1, -1), tint);
    }
    if (index.data(RunArrangement::HiddenRole).toBool()) {
        cell.font.setStrikeOut(true);
        cell.palette.setColor(QPalette::Text, cell.palette.color(QPalette::PlaceholderText));
    }
    cell.rect.adjust(kPadding, 0, -kPadding, 0);
    if (RunColumns::preference(index.column()) != 0)
        cell.rect.setRight(cell.rect.right() - kBest);
    const QString difference = differenceText(index);
    if (hasDifferences(index) || !difference.isEmpty()) {
        QFont plain = option.font;
        plain.setBold(false);
        painter->setFont(plain);
        const int width = index.column() == RunTableModel::Name ? kGap + cell.fontMetrics.horizontalAdvance(difference)
                                                                : differenceWidth(cell.fontMetrics, difference);
        painter->setPen(isSelected ? option.palette.color(QPalette::HighlightedText)
                                   : colourOf(index.data(RunTableModel::BetterRole).toInt(), option.palette));
        painter->drawText(cell.rect, Qt::AlignVCenter | Qt::AlignRight, difference);
        cell.rect.setRight(cell.rect.right() - width);
    }
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
    if (index.data(RunTableModel::BestRole).toBool()) {
        const QColor colour = isSelected ? option.palette.color(QPalette::HighlightedText) : QColor(0x00, 0x9e, 0x73);
        const QRect& rect = option.rect;
        painter->fillRect(QRect(rect.right() - 3, rect.top() + 4, 3, rect.height() - 8), colour);
    }
    painter->restore();
}

QSize RunDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QSize size = QStyledItemDelegate::sizeHint(option, index) + QSize(2 * kPadding, 0);
    const QString difference = differenceText(index);
    const QFontMetrics metrics(option.font);
    if (RunColumns::preference(index.column()) != 0)
        size.rwidth() += kBest;
    if (hasDifferences(index))
        size.rwidth() += differenceWidth(metrics, difference);
    else if (!difference.isEmpty())
        size.rwidth() += kGap + metrics.horizontalAdvance(difference);
    return size;
}

} // namespace vernier::ui
