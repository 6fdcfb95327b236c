#pragma once

#include "ui/bridge/job_runner.h"

#include <QAbstractTableModel>

namespace vernier::ui {

/// Lists the jobs of a runner, newest first.
class JobListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Title, Stage, Done, Elapsed, Remaining, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole,
        ShareRole, ///< 0 … 1 of the progress; below 0 while unknown, invalid for a job that does not run
    };

    explicit JobListModel(JobRunner& jobs, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    JobId jobAt(int row) const;
    int rowOf(JobId id) const; ///< -1 when it is not listed
    void removeFinished();     ///< takes jobs that have ended off the list

private:
    void add(JobId id);
    void refresh(JobId id);

    JobRunner& m_jobs;
    QList<JobId> m_ids;
};

/// What stands in the column "Progress" and in the status bar: "12 of 32", "Cancelling…", "Done".
QString progressText(const JobInfo& job);

} // namespace vernier::ui
