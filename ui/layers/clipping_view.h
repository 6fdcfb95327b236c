#pragma once

#include "ui/layers/tap_analysis.h"

#include <QWidget>

#include <memory>
#include <optional>

class QCheckBox;
class QPushButton;
class QSpinBox;
class QSplitter;

namespace vernier::ui {

class ClippingTable;
class HistogramPlot;
class RangeHistory;

/// Shows the histogram of a tap under the ranges of every method and the one chosen in the project, and what each
/// costs. Dragging an end of the shaded range judges it as it moves; letting go chooses it. A click on a method's line
/// takes its range.
class ClippingView : public QWidget {
    Q_OBJECT
public:
    explicit ClippingView(RangeHistory& chosen, QWidget* parent = nullptr);

    ClippingSettings settings() const; ///< as the controls say

    /// Shows a tap; histogram lives as long as analysis, which holds it. What is in sight stays so for the same tap.
    void show(const QString& tap, const Histogram& histogram, std::shared_ptr<const TapAnalysis> analysis,
              bool isSameTap);
    void clear(const QString& hint);

    void markValues(double low, double high); ///< those that are looked at; equal for none
    void toggleLogarithmic();
    void zoomToRange();

    HistogramPlot& histogram() const { return *m_histogram; }
    void addBeside(QWidget* plot); ///< to the right of the histogram

    /// The range that is being dragged, or else the one chosen in the project, on the grid of the controls.
    const std::optional<ClippingRange>& current() const { return m_current; }

signals:
    void valuesClicked(double low, double high); ///< bins of the histogram
    void settingsChanged();

private:
    QWidget* buildBar();
    void connectAll();
    void readChosen();
    void showRanges();
    void activate(int row);
    void take(int row);
    void drag(double low, double high);
    void choose(double low, double high);
    void showLevels(const ClippingRange& range);
    void updateButtons();
    const ClippingRange* rangeOf(int row) const; ///< null where there is none

    RangeHistory& m_chosen;
    QString m_tap; ///< empty while nothing is shown
    std::shared_ptr<const TapAnalysis> m_analysis;
    std::optional<ClippingRange> m_current;
    QString m_currentName;

    HistogramPlot* m_histogram;
    QSplitter* m_plots;
    ClippingTable* m_table;
    QSpinBox* m_bits;
    QCheckBox* m_symmetric;
    QCheckBox* m_energy;
    QCheckBox* m_logCounts;
    QCheckBox* m_zoom;
    QPushButton* m_take;
    QPushButton* m_forget;
};

} // namespace vernier::ui
