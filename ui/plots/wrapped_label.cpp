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
    setMinimumHeight(0); // a smallest height is part of what heightForWidth() says
    setFixedHeight(text().isEmpty() ? sizeHint().height() : heightForWidth(width()));
}

} // namespace vernier::ui
