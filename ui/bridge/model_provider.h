#pragma once

#include "core/workbench/workbench.h"
#include "ui/bridge/job_runner.h"

#include <QObject>
#include <QString>

#include <memory>

namespace vernier::ui {

/// Keeps the model that the project works on open: architecture, tokenizer and mapped weights, opened on the worker.
class ModelProvider : public QObject {
    Q_OBJECT
public:
    ModelProvider(JobRunner& jobs, std::shared_ptr<Workbench> bench, QObject* parent = nullptr);

    /// Opens a model folder; nothing happens when it is the one that is open or being opened.
    void open(const QString& folder);
    /// Takes a model that a job has opened.
    void take(std::shared_ptr<const Workbench::OpenModel> model);
    void close();

    /// The open model, or null. Its tokenizer and specification may be used on any thread.
    std::shared_ptr<const Workbench::OpenModel> model() const { return m_model; }
    const ArchitectureSpec* spec() const { return m_model ? &m_model->model.spec : nullptr; }
    QString folder() const { return m_folder; }
    QString displayName() const; ///< last two parts of the folder's path
    bool isOpening() const { return m_opening != 0; }
    QString error() const { return m_error; } ///< why the folder could not be opened

signals:
    void changed(); ///< opened, closed, or failed to open

private:
    JobRunner& m_jobs;
    std::shared_ptr<Workbench> m_bench;
    std::shared_ptr<const Workbench::OpenModel> m_model;
    QString m_folder;
    QString m_error;
    JobId m_opening = 0;
};

} // namespace vernier::ui
