#pragma once

#include "ui/bridge/services.h"

#include <QStringList>
#include <QWidget>

class QComboBox;

namespace vernier::ui {

class RunTableModel;
class ScatterPlot;

/// Plots what runs cost against what they lose: size or bits per weight against perplexity, its loss, KL or layer
/// error.
class TradeOffView : public QWidget {
    Q_OBJECT
public:
    TradeOffView(const Services& services, RunTableModel& model, QWidget* parent = nullptr);

    void setHighlighted(const QString& runName);

signals:
    void runClicked(const QString& runName);

private:
    void refresh();

    Services m_services;
    RunTableModel& m_model;
    QComboBox* m_cost;
    QComboBox* m_loss;
    ScatterPlot* m_plot;
    QStringList m_plotted; ///< run of each point
    QString m_highlighted;
};

} // namespace vernier::ui
