#pragma once

#include "ui/bridge/latest_job.h"
#include "ui/bridge/services.h"
#include "ui/layers/channel_map.h"

#include <QString>
#include <QWidget>

#include <memory>

class QComboBox;
class QTimer;

namespace vernier::ui {

class MatrixPlot;
class StripsPlot;
class TapTreeModel;

/// Shows the whole depth of the model at once: a strip of colours per number of the list of taps, and the largest |x|
/// of every channel of one kind of tap, block by block. A click on a strip selects the worst tap of the block, one on
/// the map a tap and its channel. Both follow the selection.
class DepthView : public QWidget {
    Q_OBJECT
public:
    DepthView(const Services& services, const TapTreeModel& taps, QWidget* parent = nullptr);

    StripsPlot& strips() const { return *m_strips; }
    MatrixPlot& map() const { return *m_map; }
    QComboBox& kinds() const { return *m_kinds; }
    const ChannelMap* channels() const { return m_channels.get(); } ///< null until computed

signals:
    void mapShown();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void connectAll();
    void refreshLater();
    void refresh();
    void showStrips();
    void listKinds();
    void followTap();
    void makeMap();
    void showMap(std::shared_ptr<const ChannelMap> map);
    void askForCells(const QRect& region);
    void showSelection();
    void selectWorst(int strip, int block);
    void selectChannel(int block, int channel);
    QString readout(int block, int channel) const;

    Services m_services;
    const TapTreeModel& m_taps;
    LatestJob m_mapping;
    LatestJob m_drawing;
    QTimer* m_later;
    bool m_isStale = true; ///< something changed while out of sight
    std::shared_ptr<const ChannelMap> m_channels;

    StripsPlot* m_strips;
    MatrixPlot* m_map;
    QComboBox* m_kinds;
};

} // namespace vernier::ui
