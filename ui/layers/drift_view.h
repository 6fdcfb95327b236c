#pragma once

#include "core/workbench/drift.h"
#include "ui/bridge/latest_job.h"
#include "ui/bridge/services.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <vector>

class QComboBox;
class QLayout;
class QPushButton;

namespace vernier::ui {

class ElidedLabel;
class LinesPlot;
class NumberTable;

/// Shows which taps would be surprised by other text than they were calibrated on, or how far a run has moved what they
/// see of the same text: the Jensen–Shannon divergence of every tap over depth, and a list with the most surprised
/// first. A click selects the tap. Sets that have not been calibrated on yet, and runs that have not been observed, are
/// offered with a button that does it. Computes while it is in sight.
class DriftView : public QWidget {
    Q_OBJECT
public:
    explicit DriftView(const Services& services, QWidget* parent = nullptr);

    const std::vector<DriftReport>& reports() const { return m_reports; } ///< empty until known
    LinesPlot& lines() const { return *m_lines; }
    NumberTable& table() const { return *m_table; }
    QComboBox& calibrated() const { return *m_calibrated; } ///< set that was calibrated on
    QComboBox& against() const { return *m_against; }       ///< set that stands for the text to come, or run
    QPushButton& remedy() const { return *m_remedy; }       ///< calibrates or observes what is missing

signals:
    void shown();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QLayout* buildBar();
    void connectAll();
    void listSets();
    void refresh();
    void compare(const DriftRequest& request);
    void showReports();
    void showLines();
    void showTable();
    void showNothing(const QString& why);
    void offer(const QString& remedy, const QString& toolTip, const QString& why);
    void orderMissing();
    bool againstIsRun() const;
    void select(const DriftReport& report);
    void markSelected();
    bool isListed(const DriftReport& report) const;   ///< of the kind that is looked at
    int tapOf(const DriftReport& report) const;       ///< index into the taps of its block; -1 when unknown
    QString labelOf(const DriftReport& report) const; ///< without the block: "q_proj, k_proj, v_proj"

    Services m_services;
    LatestJob m_job;
    bool m_isStale = true; ///< something changed while out of sight
    std::vector<DriftReport> m_reports;
    std::vector<std::vector<int>> m_points; ///< per line and block, the report drawn there; -1 for none

    QComboBox* m_calibrated;
    QComboBox* m_against;
    QComboBox* m_kinds;
    QPushButton* m_remedy;
    ElidedLabel* m_status;
    LinesPlot* m_lines;
    NumberTable* m_table;
};

} // namespace vernier::ui
