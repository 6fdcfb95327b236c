#pragma once

#include "ui/data/corpus_view.h"

#include <QWidget>

namespace vernier::ui {

/// Shows how documents divide into domains: one bar, by tokens once all are counted and by documents until then, with
/// the names of the parts below.
class DomainBar : public QWidget {
    Q_OBJECT
public:
    explicit DomainBar(QWidget* parent = nullptr);

    void setSummary(const CorpusSummary& summary);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Part {
        QString name;
        QString toolTip;
        double share = 0;
    };
    QRectF partRect(std::size_t index) const;
    QColor partColour(std::size_t index) const;

    std::vector<Part> m_parts;
};

} // namespace vernier::ui
