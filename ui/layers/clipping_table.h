#pragma once

#include "ui/layers/tap_analysis.h"

#include <QTableWidget>

#include <optional>

namespace vernier::ui {

/// Reads out what each way to clip costs: one row per method and one for the range that is chosen; the current row is
/// the range the histogram shades.
class ClippingTable : public QTableWidget {
    Q_OBJECT
public:
    explicit ClippingTable(QWidget* parent = nullptr);

    void setAnalysis(const TapAnalysis& analysis);
    void clearNumbers();
    /// Shows the range chosen in the project, or being dragged, in the last row; nothing: none is.
    void setChosen(const std::optional<ClippingRange>& range, const QString& name);
    static int chosenRow();

    int method() const { return currentRow(); }
    void selectMethod(int row);

    /// Name of a row as the plot's legend writes it.
    static QString methodName(const ClippingRange& range, const ClippingSettings& settings);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void methodSelected(int row);

private:
    void setRange(int row, const QString& name, const ClippingRange& range);
};

} // namespace vernier::ui
