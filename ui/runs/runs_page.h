#pragma once

#include "core/quantize/quantize_model.h"
#include "ui/bridge/services.h"

#include <QWidget>

#include <vector>

class QLabel;
class QStackedWidget;

namespace vernier::ui {

class LinesPlot;
class RunForm;
class RunTableModel;
class RunTableView;

/// Is the Runs workspace: order a run at the left, watch it and find earlier ones at the right.
class RunsPage : public QWidget {
    Q_OBJECT
public:
    explicit RunsPage(const Services& services, QWidget* parent = nullptr);

    RunForm& form() { return *m_form; }

private:
    QWidget* buildPlot();
    QWidget* buildList();
    void runStarted(const QString& runName);
    void linearReported(const QString& runName, const LinearReport& report);
    void runFinished(const QString& runName, bool isDone);
    void refreshList();
    void showSelected();
    void plot(const QString& runName, const std::vector<LinearReport>& reports);

    Services m_services;
    RunTableModel* m_model;
    RunForm* m_form;
    RunTableView* m_list = nullptr;
    QStackedWidget* m_listOrHint = nullptr;
    QLabel* m_plotTitle = nullptr;
    LinesPlot* m_errors = nullptr;
    QString m_liveRun;
    std::vector<LinearReport> m_liveReports;
};

} // namespace vernier::ui
