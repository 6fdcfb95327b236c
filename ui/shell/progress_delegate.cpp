#include "ui/shell/progress_delegate.h"

#include "ui/shell/job_list_model.h"

#include <QPainter>

#include <algorithm>

namespace vernier::ui {

namespace {

constexpr int kRoomForBar = 9; ///< half of it under the text

}

QSize ProgressDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    return QStyledItemDelegate::sizeHint(option, index) + QSize(0, kRoomForBar);
}

void ProgressDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyledItemDelegate::paint(painter, option, index);
    const QVariant share = index.data(JobListModel::ShareRole);
    if (!share.isValid())
        return;
    const bool isSelected = option.state & QStyle::State_Selected;
    const QRect track(option.rect.left() + 4, option.rect.bottom() - 4, option.rect.width() - 8, 3);
    painter->fillRect(track, option.palette.color(isSelected ? QPalette::Dark : QPalette::Mid));
    const double done = share.toDouble();
    QRect bar = track;
    bar.setWidth(done < 0 ? 0 : static_cast<int>(std::clamp(done, 0.0, 1.0) * track.width()));
    painter->fillRect(bar, option.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Highlight));
}

} // namespace vernier::ui
