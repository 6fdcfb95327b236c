#pragma once

#include "ui/plots/plot_view.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace vernier::ui {

class RangeMarker;
class StepArea;

/// Is a range drawn over a histogram, with the name it has in the legend.
struct NamedRange {
    QString name;
    double low = 0, high = 0;
};

/// Shows how often values occurred, in the bins they were counted in: never resampled, so what is drawn is what
/// clipping decisions are computed from. Ranges stand over it as pairs of lines; the tails outside the active one are
/// shaded.
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

    void setRanges(std::vector<NamedRange> ranges);
    /// Which range shades its tails; -1 for none.
    void setActiveRange(int index);
    int activeRange() const { return m_active; }

    /// Counts on a logarithmic axis (the default) or a linear one.
    void setLogarithmic(bool logarithmic);
    bool logarithmic() const { return m_logarithmic; }

public slots:
    /// Shows the active range and a little around it; what lies outside can be reached by panning.
    void zoomToActiveRange();

signals:
    void logarithmicChanged(bool logarithmic);
    void rangeClicked(int index);

protected:
    void showAll() override;
    void applyColours() override;
    void writeCsv(QTextStream& out) const override;
    QString describe() const override;
    QString readoutAt(QPointF position) const override;
    void clicked(QPointF position) override;
    void addMenuActions(QMenu& menu) override;

private:
    double edge(std::size_t index) const { return m_firstEdge + static_cast<double>(index) * m_binWidth; }
    void fitCounts();

    double m_firstEdge = 0;
    double m_binWidth = 1;
    std::vector<std::uint64_t> m_counts;
    std::vector<NamedRange> m_ranges;
    std::vector<std::unique_ptr<RangeMarker>> m_markers;
    StepArea* m_graph = nullptr;
    int m_active = -1;
    bool m_logarithmic = true;
};

} // namespace vernier::ui
