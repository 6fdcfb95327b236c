#pragma once

#include <QLabel>

namespace vernier::ui {

/// Shows text over as many lines as it needs at the width it gets. A plain wrapping label inside a form is given the
/// height for another width, and loses its last line.
class WrappedLabel : public QLabel {
    Q_OBJECT
public:
    explicit WrappedLabel(QWidget* parent = nullptr);

    void setText(const QString& text);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();
};

} // namespace vernier::ui
