#include "ui/diagnose/diagnosis.h"

#include "core/workbench/run_model.h"
#include "ui/bridge/findings.h"

#include <QPointer>

#include <utility>

namespace vernier::ui {

namespace {

constexpr std::size_t kListed = 200; // worst tokens
constexpr std::size_t kRemedied = 8; // linears

} // namespace

Diagnosis::Diagnosis(const Services& services, QObject* parent) : QObject(parent), m_services(services) {
    connect(&services.session, &ProjectSession::projectReset, this, [this] {
        m_known.clear();
        refresh();
    });
    connect(&services.session, &ProjectSession::runRenamed, this, [this](const QString& from, const QString& to) {
        if (auto known = m_known.extract(from)) {
            known.key() = to;
            m_known.insert(std::move(known));
        }
        if (m_runName == from)
            m_runName = to;
    });
    connect(&services.session, &ProjectSession::runsChanged, this, &Diagnosis::refresh);
    refresh();
}

const Run* Diagnosis::run() const {
    const auto project = m_services.session.project();
    return project ? project->findRun(m_runName.toStdString()) : nullptr;
}

void Diagnosis::selectRun(const QString& name) {
    if (name == m_runName)
        return;
    m_runName = name;
    emit runChanged();
}

void Diagnosis::refresh() {
    const auto project = m_services.session.project();
    if (!project || project->runs.empty())
        m_runName.clear();
    else if (!project->findRun(m_runName.toStdString()))
        m_runName = QString::fromStdString(project->runs.back().name);
    std::erase_if(m_known, [&](const auto& entry) { return !project || !project->findRun(entry.first.toStdString()); });
    emit runChanged();
}

const RunDiagnosis& Diagnosis::current() const {
    static const RunDiagnosis kNothing;
    const auto found = m_known.find(m_runName);
    return found == m_known.end() ? kNothing : found->second;
}

JobId Diagnosis::measure(int windows, bool sensitivities) {
    const auto project = m_services.session.project();
    if (!run())
        return 0;
    EvaluationData data;
    data.maxWindows = windows;
    const QString name = m_runName;
    const std::string key = name.toStdString();
    const Poster poster = m_services.jobs.poster(this);
    const auto deliver = [this, name, poster](std::function<void(RunDiagnosis&)> change) {
        poster.post([this, name, change = std::move(change)] {
            const auto now = m_services.session.project();
            if (!now || !now->findRun(name.toStdString()))
                return;
            change(m_known[name]);
            emit measured();
        });
    };
    JobRequest request;
    request.title = tr("Diagnose %1").arg(name);
    request.context = this;
    request.work = [project, bench = m_services.session.workbench(), key, data, sensitivities, deliver, this,
                    name](JobContext& job) {
        const Run& run = *project->findRun(key);
        const auto growth = runErrorGrowth(*bench, *project, run, data, job);
        deliver([growth](RunDiagnosis& known) { known.growth = growth; });
        const auto tokens = std::make_shared<const TokenComparison>(compareTokens(*bench, *project, run, data, job));
        const auto model = openModelOf(*bench, run, job);
        deliver([tokens, model, worst = worstList(*tokens, model->tokenizer, kListed)](RunDiagnosis& known) {
            known.tokens = tokens;
            known.worst = worst;
            known.model = model;
        });
        if (!sensitivities)
            return;
        const auto linears = runSensitivities(*bench, *project, run, data, job);
        deliver([this, name, linears](RunDiagnosis& known) {
            known.sensitivities = linears;
            if (const Run* measured = m_services.session.project()->findRun(name.toStdString()))
                m_services.session.findings().setSensitivities(*measured, linears);
        });
        const auto remedies = findRemedies(*bench, *project, run, linears, kRemedied, job);
        deliver([remedies](RunDiagnosis& known) { known.remedies = remedies; });
    };
    return m_services.jobs.submit(std::move(request));
}

} // namespace vernier::ui
