#include "ui/plots/wrapped_label.h"

namespace vernier::ui {

WrappedLabel::WrappedLabel(QWidget* parent) : QLabel(parent) {
    setWordWrap(true);
}

void WrappedLabel::setText(const QString& text) {
    QLabel::setText(text);
    fit();
}

void WrappedLabel::resizeEvent(QResizeEvent* event) {
    QLabel::resizeEvent(event);
    fit();
}

void WrappedLabel::fit() {
    setFixedHeight(text().isEmpty() ? sizeHint().height() : heightForWidth(width()));
}

} // namespace vernier::ui
