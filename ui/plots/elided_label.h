#pragma once

#include <QLabel>

namespace vernier::ui {

/// Shows one line of text, shortened to the space there is; the whole text stands in the tooltip then.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(Qt::TextElideMode mode = Qt::ElideRight, QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    bool isElided() const;

    Qt::TextElideMode m_mode;
};

} // namespace vernier::ui
