#pragma once

#include "ui/bridge/services.h"

#include <QWidget>

class QStackedWidget;

namespace vernier::ui {

class CompareTable;
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
    QWidget* buildErrors();
    QWidget* buildHint();
    void refresh();
    void refreshErrors();

    Services m_services;
    RunTableModel* m_model;
    QStackedWidget* m_pages;
    CompareTable* m_runs;
    RunTableView* m_table;
    TradeOffView* m_tradeOff = nullptr;
    LinesPlot* m_errors = nullptr;
};

} // namespace vernier::ui
