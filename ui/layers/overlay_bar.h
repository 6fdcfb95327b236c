#pragma once

#include "core/calibrate/block_statistics.h"
#include "ui/bridge/latest_job.h"
#include "ui/bridge/services.h"

#include <QString>
#include <QWidget>

#include <memory>

class QCheckBox;
class QComboBox;
class QPushButton;

namespace vernier::ui {

class ElidedLabel;
class HistogramPlot;
class TapPanel;

/// Chooses what is drawn over or beside the activations of the selected tap: those of another calibrated set, the
/// those that the selected run's quantized model sees, the channels as its scales leave them, and the weights that the
/// tap feeds. Fills the plots of the panel.
class OverlayBar : public QWidget {
    Q_OBJECT
public:
    OverlayBar(const Services& services, TapPanel& panel, QWidget* parent = nullptr);

    QComboBox& choices() const { return *m_choices; }
    QPushButton& observe() const { return *m_observe; } ///< offered where a run has not been observed
    QCheckBox& weights() const { return *m_weights; }
    HistogramPlot& weightPlot() const { return *m_weightPlot; }
    QString note() const;

signals:
    void overlayShown();
    void weightsShown();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void connectAll();
    void listChoices();
    void follow();
    void followWeights();
    void read(const QString& kind, const QString& name);
    void showStatistics(const QString& name);
    void readScales(const QString& run);
    void remove();
    void explain(const QString& why);

    Services m_services;
    TapPanel& m_panel;
    LatestJob m_reading;
    LatestJob m_weighing;
    bool m_isStale = false;                        ///< something changed while out of sight
    QString m_readFrom;                            ///< whose block m_read is
    std::shared_ptr<const BlockStatistics> m_read; ///< the one read last, without Grams

    QComboBox* m_choices;
    QPushButton* m_observe;
    ElidedLabel* m_note;
    QCheckBox* m_weights;
    HistogramPlot* m_weightPlot;
};

} // namespace vernier::ui
