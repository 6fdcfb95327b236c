#pragma once

#include "ui/bridge/services.h"

#include <QWidget>

class QLabel;
class QStackedWidget;

namespace vernier::ui {

class LinesPlot;
class RunTableModel;
class RunTableView;
class TradeOffView;

/// Is the Compare workspace: the table of all runs, the trade-off plot, and the error per linear of the chosen runs.
class ComparePage : public QWidget {
    Q_OBJECT
public:
    explicit ComparePage(const Services& services, QWidget* parent = nullptr);

private:
    QWidget* buildTable();
    QWidget* buildErrors();
    QWidget* buildHint();
    void refresh();
    void refreshErrors();

    Services m_services;
    RunTableModel* m_model;
    QStackedWidget* m_pages;
    QLabel* m_summary = nullptr;
    RunTableView* m_table = nullptr;
    TradeOffView* m_tradeOff = nullptr;
    LinesPlot* m_errors = nullptr;
};

} // namespace vernier::ui
