#pragma once

#include "core/workbench/compare_pair.h"
#include "ui/bridge/job_runner.h"
#include "ui/bridge/services.h"
#include "ui/tokens/worst_list.h"

#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace vernier::ui {

class HistogramPlot;
class RunTableModel;
class TokenLossView;

/// Compares two runs token by token: which is better and how sure that is, how the differences are distributed, and the
/// text coloured by them. What it takes is measured by a job.
class PairView : public QWidget {
    Q_OBJECT
public:
    PairView(const Services& services, RunTableModel& model, QWidget* parent = nullptr);

    QString verdict() const;
    JobId measure(); ///< of the two runs chosen; 0 where there is nothing to measure

private:
    struct Outcome {
        std::shared_ptr<const PairDifference> pair;
        DifferenceBins bins;
        std::vector<WorstToken> worst;
        std::shared_ptr<const Workbench::OpenModel> model;
    };

    QWidget* buildBar();
    void refreshRuns();
    void follow(const QString& run);
    void refreshBar();
    void finish(const JobOutcome& job, const QString& first, const QString& second,
                std::shared_ptr<const Project> project, const Outcome& outcome);
    void clear(const QString& reason);

    Services m_services;
    RunTableModel& m_model;
    QComboBox* m_first = nullptr;
    QComboBox* m_second = nullptr;
    QSpinBox* m_windows = nullptr;
    QPushButton* m_measure = nullptr;
    QLabel* m_progress = nullptr;
    QLabel* m_verdict;
    HistogramPlot* m_histogram;
    TokenLossView* m_tokens;
    QString m_shownFirst, m_shownSecond; ///< what is on screen is of these
    JobId m_job = 0;
};

/// "a is better than b by 0.0123 ± 0.0031 nats/token (95 %: 0.0093 … 0.0155; sure at 99.9 %)", or that it is not sure.
QString pairVerdict(const PairedComparison& is, const QString& first, const QString& second);

} // namespace vernier::ui
