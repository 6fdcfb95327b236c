#pragma once

#include "ui/bridge/job_runner.h"
#include "ui/layers/tap_analysis.h"

#include <QWidget>

#include <memory>

class QCheckBox;
class QLabel;

namespace vernier {
struct BlockStatistics;
}

namespace vernier::ui {

class ChannelPlot;
class ClippingView;
class RangeHistory;
class Selection;
class StatisticsStore;

/// Shows the selected tap: its histogram with the clipping ranges of every method, what each costs, and its channels.
/// Ranges are searched beside the interface; a newer selection takes the place of one still being computed.
class TapPanel : public QWidget {
    Q_OBJECT
public:
    TapPanel(StatisticsStore& store, JobRunner& quickJobs, Selection& selection, RangeHistory& ranges,
             QWidget* parent = nullptr);

    void toggleLogarithmic(); ///< of whichever plot has the focus, otherwise the histogram
    void zoomToRange();

    ClippingView& clipping() const { return *m_clipping; }
    ChannelPlot& channels() const { return *m_channels; }
    const TapAnalysis* analysis() const { return m_analysis.get(); } ///< null until computed

    void markValues(double low, double high); ///< in the histogram: those that are looked at; equal for none

signals:
    void valuesClicked(double low, double high); ///< bins of the histogram
    void analysisShown();

private:
    QWidget* buildChannelPart();
    void refresh();
    void refreshIfArrived(int block);
    void show(std::shared_ptr<const BlockStatistics> block, int group, std::shared_ptr<TapAnalysis> analysis);
    void showNothing();
    void showHeading();
    QString outlierText() const;

    StatisticsStore& m_store;
    JobRunner& m_jobs;
    Selection& m_selection;
    JobId m_request = 0;
    std::shared_ptr<const BlockStatistics> m_shownBlock;
    int m_shownGroup = -1;
    std::shared_ptr<const TapAnalysis> m_analysis;

    QLabel* m_name;
    QLabel* m_facts;
    ClippingView* m_clipping;
    ChannelPlot* m_channels;
    QLabel* m_outliers;
    QCheckBox* m_sorted;
    QCheckBox* m_logChannels;
};

} // namespace vernier::ui
