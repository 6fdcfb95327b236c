#pragma once

#include "ui/layers/tap_analysis.h"

#include <QTableWidget>

namespace vernier::ui {

/// Reads out what each way to clip costs: one row per method; the current row is the range the histogram shades.
class ClippingTable : public QTableWidget {
    Q_OBJECT
public:
    explicit ClippingTable(QWidget* parent = nullptr);

    void setAnalysis(const TapAnalysis& analysis);
    void clearNumbers();

    int method() const { return currentRow(); }
    void selectMethod(int row);

    /// Name of a row as the plot's legend writes it.
    static QString methodName(const ClippingRange& range, const ClippingSettings& settings);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void methodSelected(int row);
};

} // namespace vernier::ui
