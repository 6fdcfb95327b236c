#pragma once

#include "ui/plots/plot_view.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

class QCPItemRect;

namespace vernier::ui {

class GridMarks;
class RangeMarker;
class StepArea;
class StepOutline;

/// Is a range drawn over a histogram, with the name it has in the legend.
struct NamedRange {
    QString name;
    double low = 0, high = 0;
};

/// Is a second histogram over the one that is shown, as an outline, in bins of its own.
struct HistogramOverlay {
    QString name;
    QString shownName; ///< of the histogram below it
    double firstEdge = 0, binWidth = 1;
    std::vector<std::uint64_t> counts;
};

/// Shows how often values occurred, in the bins they were counted in: never resampled, so what is drawn is what
/// clipping decisions are computed from. Ranges stand over it as pairs of lines; the tails outside the active one are
/// shaded. Where that is allowed its ends are dragged with the mouse, or moved by a bin with Left and Right (the high
/// end) or with Shift (the low end).
class HistogramPlot : public PlotView {
    Q_OBJECT
public:
    explicit HistogramPlot(QWidget* parent = nullptr);
    ~HistogramPlot() override;

    /// Bins of equal width; counts[i] covers [firstEdge + i · binWidth, firstEdge + (i + 1) · binWidth).
    void setHistogram(double firstEdge, double binWidth, std::span<const std::uint64_t> counts);
    void clear();

    /// What is counted: a name for the legend and titles with units, tr("Tokens per document"). Activations unless
    /// told.
    void setQuantity(const QString& name, const QString& valueTitle, const QString& countTitle);

    /// Draws another histogram over this one, scaled to as many values and to the width of its bins; none removes it.
    void setOverlay(std::optional<HistogramOverlay> overlay);

    void setRanges(std::vector<NamedRange> ranges);
    /// Which range shades its tails; -1 for none.
    void setActiveRange(int index);
    int activeRange() const { return m_active; }
    /// Moves a range without touching anything else: quick enough while an end is being dragged.
    void moveRange(int index, double low, double high);
    /// Lets the ends of the active range be moved; the range keeps holding zero.
    void setDraggable(bool draggable);
    /// Lets both ends move together, as those of a symmetric grid do.
    void setMirrored(bool mirrored) { m_mirrored = mirrored; }
    /// Marks the levels first, first + step, … of a grid along the axis; count 0 for none.
    void setLevels(double first, double step, int count);
    /// Shades the values [low, high), those that are looked at; low = high for none.
    void setMarkedValues(double low, double high);
    /// Milliseconds that drawing ranges and levels takes.
    double redrawRangesNow();

    /// Counts on a logarithmic axis (the default) or a linear one.
    void setLogarithmic(bool logarithmic);
    /// Bins as high as what their values weigh, Σ x², instead of how many they are: where the error comes from.
    void setEnergy(bool energy);
    bool energy() const { return m_energy; }
    bool logarithmic() const { return m_logarithmic; }

public slots:
    /// Shows the active range and a little around it; what lies outside can be reached by panning.
    void zoomToActiveRange();

signals:
    void logarithmicChanged(bool logarithmic);
    void energyChanged(bool energy);
    void rangeClicked(int index);
    void binsClicked(double low, double high);  ///< edges of the bins under a click that is at no range's end
    void rangeDragged(double low, double high); ///< the active range would become this; an end is still held
    void rangeDropped(double low, double high); ///< it was let go

protected:
    void showAll() override;
    void applyColours() override;
    void writeCsv(QTextStream& out) const override;
    QString describe() const override;
    QString readoutAt(QPointF position) const override;
    void clicked(QPointF position) override;
    void addMenuActions(QMenu& menu) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    /// Is the end that the mouse holds.
    struct Drag {
        bool movesHigh = false;
        bool moved = false;
        double low = 0, high = 0;
    };
    enum class End { None, Low, High };

    double height(std::size_t index) const; ///< of a bin
    double highest() const;
    void rebuild();
    void connectHandles();
    End endAt(QPointF position) const; ///< of the active range
    void moveDragged(double value);
    void drop();
    void addMark();
    void colourMark();
    void clickBins(QPointF position);
    const NamedRange* active() const;
    void placeGrips();
    void redrawRanges();
    double edge(std::size_t index) const { return m_firstEdge + static_cast<double>(index) * m_binWidth; }
    void fitCounts();
    double overlayFactor() const;
    double overlayHeight(std::size_t index) const; ///< of a bin
    double overlayHighest() const;
    void rebuildOverlay();
    void colourOverlay();
    void writeOverlay(QTextStream& out) const;
    QString overlayReadout(double x) const;

    double m_firstEdge = 0;
    double m_binWidth = 1;
    std::vector<std::uint64_t> m_counts;
    std::vector<NamedRange> m_ranges;
    std::vector<std::unique_ptr<RangeMarker>> m_markers;
    std::optional<HistogramOverlay> m_overlay;
    StepArea* m_graph = nullptr;
    StepOutline* m_outline = nullptr; ///< of the overlay, once there was one
    GridMarks* m_marks = nullptr;
    QCPItemRect* m_marked = nullptr;
    QString m_quantity, m_countTitle, m_valueTitle;
    int m_active = -1;
    bool m_logarithmic = true;
    bool m_energy = false;
    double m_fullLow = 0, m_fullHigh = 0; ///< what showAll() has brought in sight
    bool m_draggable = false;
    bool m_mirrored = false;
    std::optional<Drag> m_drag;
};

} // namespace vernier::ui
