#pragma once

#include "ui/bridge/services.h"

#include <QStringList>
#include <QWidget>

class QComboBox;

namespace vernier::ui {

class ElidedLabel;
class RunArrangement;
class ScatterPlot;

/// Plots what the runs in sight cost against what they lose: size or bits per weight against perplexity, its loss, KL
/// or layer error, with the Pareto front. A click selects a run, for all views.
class TradeOffView : public QWidget {
    Q_OBJECT
public:
    TradeOffView(const Services& services, const RunArrangement& runs, QWidget* parent = nullptr);

    const QStringList& front() const { return m_front; } ///< the runs of the Pareto front, by rising cost

private:
    void refresh();
    void refreshSelected();

    Services m_services;
    const RunArrangement& m_runs;
    QComboBox* m_cost;
    QComboBox* m_loss;
    ScatterPlot* m_plot;
    ElidedLabel* m_frontText;
    QStringList m_plotted; ///< run of each point
    QStringList m_front;
};

} // namespace vernier::ui
