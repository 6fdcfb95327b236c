#pragma once

#include "ui/plots/plot_view.h"

#include <optional>
#include <vector>

class QCPGraph;
class QCPItemStraightLine;

namespace vernier::ui {

class StepArea;
class StepOutline;

/// Holds what was seen in each channel of a tap; all three have the same length.
struct ChannelValues {
    std::vector<double> min, max, meanAbs;

    std::size_t size() const { return min.size(); }
    double absMax(std::size_t channel) const;
};

/// Shows how large the values of each channel are. Linear: the band from min to max. Logarithmic: the largest |x|. Both
/// with the mean |x|, in channel order or sorted by the largest |x|. Channels whose largest |x| is at least
/// kOutlierFactor times the median channel's are marked.
class ChannelPlot : public PlotView {
    Q_OBJECT
public:
    static constexpr double kOutlierFactor = 6;

    explicit ChannelPlot(QWidget* parent = nullptr);

    void setChannels(ChannelValues values);
    void clear() { setChannels({}); }

    /// Draws the largest |x| of other values of the same channels over these (linear: their min and max); none removes
    /// it. Of another number of channels nothing is drawn.
    void setOverlay(std::optional<ChannelValues> values, const QString& name = {});

    void setSorted(bool sorted);
    bool sorted() const { return m_sorted; }
    void setLogarithmic(bool logarithmic);
    bool logarithmic() const { return m_logarithmic; }
    /// Marks a channel; -1 for none.
    void setSelectedChannel(int channel);
    int selectedChannel() const { return m_selected; }

    const std::vector<int>& outliers() const { return m_outliers; } ///< channels, worst first

signals:
    void channelClicked(int channel);
    void sortedChanged(bool sorted);
    void logarithmicChanged(bool logarithmic);

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
    void rank();
    void rebuild();
    void rebuildOverlay();
    void placeSelection();
    int channelAt(QPointF position) const; ///< -1 outside
    int positionOf(int channel) const;     ///< on the x axis
    void stepSelection(int step);

    ChannelValues m_values;
    std::vector<int> m_byAbsMax; ///< channels, largest first
    std::vector<int> m_outliers;
    double m_median = 0; ///< of the channels' largest |x|
    bool m_sorted = false;
    bool m_logarithmic = false;
    int m_selected = -1;
    StepArea* m_low = nullptr;
    StepArea* m_high = nullptr;
    std::optional<ChannelValues> m_over;
    QString m_overName;
    StepOutline* m_overLow = nullptr;
    StepOutline* m_overHigh = nullptr;
    QCPGraph* m_mean = nullptr;
    QCPGraph* m_marks = nullptr;
    QCPItemStraightLine* m_cursor = nullptr;
};

} // namespace vernier::ui
