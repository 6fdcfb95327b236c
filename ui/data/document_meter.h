#pragma once

#include "core/curate/document_table.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"
#include "ui/bridge/job_runner.h"

#include <QObject>

#include <memory>
#include <vector>

namespace vernier::ui {

/// Measures all documents in the background, a short batch at a time, so that other light work gets its turn: tokens
/// under the open model, language and script.
class DocumentMeter : public QObject {
    Q_OBJECT
public:
    using OpenModel = std::shared_ptr<const Workbench::OpenModel>;

    explicit DocumentMeter(JobRunner& quickJobs, QObject* parent = nullptr);

    /// Starts over for another corpus or model; goes on when documents were only added. Without a model tokens stay
    /// unknown.
    void setCorpus(std::shared_ptr<const Project> project, OpenModel model);

    /// Per document a count, kNotRendered or kNotCounted.
    const std::vector<std::int32_t>& counts() const { return m_counts; }
    std::int32_t countOf(std::uint32_t document) const;
    const NameList& languages() const { return m_languages; }
    const NameList& scripts() const { return m_scripts; }
    std::size_t done() const { return m_next; } ///< documents looked at, from the first
    bool isMeasuring() const { return m_request != 0; }

signals:
    void measured(int firstDocument, int documents);
    void restarted(); ///< all earlier measures are void

private:
    void measureNext();

    JobRunner& m_jobs;
    std::shared_ptr<const Project> m_project;
    OpenModel m_model;
    std::vector<std::int32_t> m_counts;
    NameList m_languages, m_scripts;
    std::size_t m_next = 0;
    JobId m_request = 0;
    quint64 m_generation = 0;
};

} // namespace vernier::ui
