#include "ui/bridge/model_provider.h"

#include "ui/bridge/text.h"

#include <QDir>
#include <QRegularExpression>

#include <utility>

namespace vernier::ui {

ModelProvider::ModelProvider(JobRunner& jobs, std::shared_ptr<Workbench> bench, QObject* parent)
    : QObject(parent), m_jobs(jobs), m_bench(std::move(bench)) {}

void ModelProvider::open(const QString& folder) {
    if (folder == m_folder && (m_model || m_opening))
        return;
    close();
    m_folder = folder;
    if (folder.isEmpty())
        return;
    const auto opened = std::make_shared<std::shared_ptr<const Workbench::OpenModel>>();
    JobRequest request;
    request.title = tr("Open model %1").arg(displayName());
    request.quiet = true;
    request.first = true;
    request.context = this;
    request.work = [bench = m_bench, path = toPath(folder), opened](JobContext& job) {
        *opened = bench->open(path, job);
    };
    request.onFinished = [this, opened, folder](const JobOutcome& outcome) {
        if (folder != m_folder)
            return;
        m_opening = 0;
        m_model = *opened;
        m_error = outcome.error;
        emit changed();
    };
    m_opening = m_jobs.submit(std::move(request));
}

void ModelProvider::take(std::shared_ptr<const Workbench::OpenModel> model) {
    if (model == m_model)
        return;
    m_model = std::move(model);
    m_folder = m_model ? fromPath(m_model->model.folder) : QString();
    m_error.clear();
    m_opening = 0;
    emit changed();
}

void ModelProvider::close() {
    if (m_opening)
        m_jobs.cancel(std::exchange(m_opening, 0));
    const bool hadModel = m_model != nullptr || !m_error.isEmpty();
    m_model.reset();
    m_folder.clear();
    m_error.clear();
    if (hadModel)
        emit changed();
}

QString ModelProvider::displayName() const {
    if (m_folder.isEmpty())
        return {};
    // The last part alone is often no name at all: "model", "main", a hash.
    return QDir::cleanPath(m_folder).section(QLatin1Char('/'), -2).remove(QRegularExpression(QStringLiteral("^/")));
}

} // namespace vernier::ui
