#pragma once

#include "core/workbench/report_card.h"
#include "ui/data/curation.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QTableWidget;
class QTabWidget;

namespace vernier::ui {

class LinesPlot;

/// Shows, before any quantization, whether the curated set is enough for the open model: how statistics settle as
/// windows are added, how well every layer's Gram is filled, and how well one domain serves another.
class ReportPanel : public QWidget {
    Q_OBJECT
public:
    explicit ReportPanel(Curation& curation, QWidget* parent = nullptr);

    void report();
    QSpinBox& windows() const { return *m_windows; }
    LinesPlot& curve() const { return *m_curve; }
    QString verdictText() const;

signals:
    void reported();

private:
    void refresh();
    void show(const ReportCard& card);
    void showCurve(const ReportCard& card);
    void showTaps(const ReportCard& card);
    void showMatrix(const ReportCard& card);

    Curation& m_curation;
    QSpinBox* m_windows;
    QCheckBox* m_matrixWanted;
    QPushButton* m_report;
    QLabel* m_verdict;
    QLabel* m_facts;
    LinesPlot* m_curve;
    QTabWidget* m_tables;
    QTableWidget* m_taps;
    QTableWidget* m_matrix;
    JobId m_job = 0;
};

} // namespace vernier::ui
