#pragma once

#include "core/workbench/run_plan.h"
#include "core/workbench/sweep.h"
#include "ui/bridge/latest_job.h"
#include "ui/bridge/services.h"

#include <QDialog>

#include <vector>

class QGroupBox;
class QLabel;
class QPushButton;
class QTableWidget;

namespace vernier::ui {

/// Builds a sweep around a run as the form orders it: methods, bits, group sizes and sets to combine, and for each
/// combination what it would take and whether the project has it already. Accepting lets those that are new wait in
/// the queue.
class SweepDialog : public QDialog {
    Q_OBJECT
public:
    SweepDialog(const Services& services, RunOrder base, QWidget* parent = nullptr);

    SweepAxes axes() const;
    /// The combinations that no run of the project holds, as far as they are planned.
    std::vector<RunOrder> newOrders() const;

    void accept() override;

private:
    QGroupBox* choices(const QString& title, const QString& name,
                       const std::vector<std::pair<QString, QVariant>>& entries, const QVariant& checked);
    void refresh();
    void showPlans(const std::vector<RunPlan>& plans);

    Services m_services;
    LatestJob m_job;
    RunOrder m_base;
    std::vector<RunOrder> m_orders;
    std::vector<RunPlan> m_plans; ///< of the orders; empty while they are being planned
    QGroupBox* m_methods = nullptr;
    QGroupBox* m_bits = nullptr;
    QGroupBox* m_groups = nullptr;
    QGroupBox* m_sets = nullptr;
    QTableWidget* m_table;
    QLabel* m_summary;
    QPushButton* m_add = nullptr;
};

} // namespace vernier::ui
