#pragma once

#include "core/store/project.h"
#include "core/workbench/workbench.h"
#include "ui/bridge/job_runner.h"

#include <QObject>

#include <memory>
#include <vector>

namespace vernier::ui {

/// Counts the tokens of all documents in the background, a short batch at a time, so that other light work gets its
/// turn.
class TokenCounter : public QObject {
    Q_OBJECT
public:
    using OpenModel = std::shared_ptr<const Workbench::OpenModel>;

    explicit TokenCounter(JobRunner& quickJobs, QObject* parent = nullptr);

    /// Starts over for another corpus or model; goes on when documents were only added. Nothing is counted without
    /// both.
    void setCorpus(std::shared_ptr<const Project> project, OpenModel model);

    /// Per document a count, kNotRendered or kNotCounted.
    const std::vector<std::int32_t>& counts() const { return m_counts; }
    std::int32_t countOf(std::uint32_t document) const;
    std::size_t done() const { return m_next; } ///< documents looked at, from the first
    bool isCounting() const { return m_request != 0; }

signals:
    void counted(int firstDocument, int documents);
    void restarted(); ///< all earlier counts are void

private:
    void countNext();

    JobRunner& m_jobs;
    std::shared_ptr<const Project> m_project;
    OpenModel m_model;
    std::vector<std::int32_t> m_counts;
    std::size_t m_next = 0;
    JobId m_request = 0;
    quint64 m_generation = 0;
};

} // namespace vernier::ui
