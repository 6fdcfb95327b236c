#pragma once

#include "ui/bridge/job_runner.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTreeView;

namespace vernier::ui {

class JobListModel;

/// Shows the jobs with stage, progress and time, lets the user cancel them, and tells the log and error of one.
class JobsPanel : public QWidget {
    Q_OBJECT
public:
    explicit JobsPanel(JobRunner& jobs, QWidget* parent = nullptr);

    void select(JobId id);
    JobId selected() const;
    QSize sizeHint() const override { return {900, 170}; }

private:
    QWidget* buildList();
    QWidget* buildDetails();
    void jobAdded(JobId id);
    void jobEnded(JobId id);
    void cancelSelected();
    void refresh();

    JobRunner& m_jobs;
    JobListModel* m_model;
    QTreeView* m_list = nullptr;
    QLabel* m_title = nullptr;
    QPlainTextEdit* m_log = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_cancelAll = nullptr;
    QPushButton* m_clear = nullptr;
    QPushButton* m_copy = nullptr;
};

} // namespace vernier::ui
