#include "ui/bridge/project_session.h"

#include "core/store/project_file.h"
#include "core/workbench/demo.h"
#include "ui/bridge/edit_timeline.h"
#include "ui/bridge/findings.h"
#include "ui/bridge/range_history.h"
#include "ui/bridge/run_edits.h"
#include "ui/bridge/set_history.h"
#include "ui/bridge/text.h"

#include <QFileInfo>

#include <utility>

namespace vernier::ui {

ProjectSession::ProjectSession(JobRunner& jobs, std::shared_ptr<Workbench> bench, ModelProvider& model,
                               StatisticsStore& statistics, QObject* parent)
    : QObject(parent), m_jobs(jobs), m_bench(std::move(bench)), m_model(model), m_statistics(statistics),
      m_sets(new SetHistory(this)), m_ranges(new RangeHistory(this)),
      m_runs(new RunEdits([this] { return project(); }, [this](const Change& change) { apply(change); }, this)),
      m_edits(new EditTimeline(this)), m_findings(new Findings(this)) {
    connect(m_sets, &SetHistory::changed, this, [this] {
        apply([this](Project& target) { target.sets = m_sets->sets(); });
        emit corpusChanged();
    });
    connect(m_sets, &SetHistory::failed, this, &ProjectSession::error);
    connect(m_ranges, &RangeHistory::changed, this,
            [this] { apply([this](Project& target) { target.chosenRanges = m_ranges->ranges(); }); });
    connect(m_ranges, &RangeHistory::failed, this, &ProjectSession::error);
    connect(m_sets, &SetHistory::failed, this, &ProjectSession::refused);
    connect(m_ranges, &RangeHistory::failed, this, &ProjectSession::refused);
    connect(m_runs, &RunEdits::renamed, this, [this](const QString& from, const QString& to) {
        std::erase_if(m_followedNames, [](const auto& name) { return name.expired(); });
        for (const auto& followed : m_followedNames)
            if (const auto name = followed.lock(); name && *name == from)
                *name = to;
        emit runRenamed(from, to);
    });
    connect(m_runs, &RunEdits::changed, this, &ProjectSession::runsChanged);
    connect(m_runs, &RunEdits::failed, this, &ProjectSession::error);
    connect(m_runs, &RunEdits::failed, this, &ProjectSession::refused);
    m_runs->setReserved([this](const QString& name) { return m_pendingRuns.contains(name); });
    m_edits->add(*m_sets);
    m_edits->add(*m_ranges);
    m_edits->add(*m_runs);
}

ProjectSession::~ProjectSession() = default;

QString ProjectSession::displayName() const {
    if (!isOpen())
        return {};
    return m_path.isEmpty() ? tr("Untitled") : QFileInfo(m_path).completeBaseName();
}

void ProjectSession::create() {
    emit leaving();
    m_jobs.cancelAll();
    setProject(std::make_shared<Project>(), {});
}

void ProjectSession::open(const QString& path) {
    const auto loaded = std::make_shared<std::shared_ptr<Project>>();
    JobRequest request;
    request.title = tr("Open %1").arg(QFileInfo(path).fileName());
    request.context = this;
    request.work = [loaded, file = toPath(path)](JobContext& job) {
        job.beginStage(tr("Reading the project").toStdString(), 0);
        *loaded = std::make_shared<Project>(loadProject(file));
    };
    request.onFinished = [this, loaded, path](const JobOutcome& outcome) {
        m_opening = 0;
        if (outcome.state == JobState::Done)
            setProject(*loaded, path);
        else if (outcome.state == JobState::Failed)
            emit error(outcome.error);
    };
    startLoading(std::move(request));
}

void ProjectSession::openDemo(const QString& path) {
    const auto project = std::make_shared<Project>();
    const auto report = std::make_shared<DemoReport>();
    JobRequest request;
    request.title = tr("Demo project");
    request.context = this;
    request.work = [bench = m_bench, project, report, file = toPath(path)](JobContext& job) {
        if (std::filesystem::exists(file))
            *project = loadProject(file);
        *report = runDemo(*bench, file, *project, job);
    };
    request.onFinished = [this, project, report, path](const JobOutcome& outcome) {
        m_opening = 0;
        if (outcome.state == JobState::Failed)
            emit error(outcome.error);
        if (outcome.state != JobState::Done)
            return;
        setProject(project, path);
        const int computed = report->calibrationsComputed + report->runsComputed + report->evaluationsComputed;
        const int cached = report->calibrationsFromCache + report->runsFromCache + report->evaluationsFromCache;
        emit message(tr("Demo ready: %1 steps computed, %2 found in the cache").arg(computed).arg(cached));
    };
    startLoading(std::move(request));
}

void ProjectSession::startLoading(JobRequest request) {
    emit leaving();
    m_jobs.cancelAll(); // they belong to the project that is left
    m_opening = m_jobs.submit(std::move(request));
}

void ProjectSession::close() {
    emit leaving();
    m_jobs.cancelAll();
    setProject(nullptr, {});
}

void ProjectSession::setProject(std::shared_ptr<Project> project, const QString& path) {
    m_project = std::move(project);
    m_path = path;
    ++m_changes;
    ++m_generation;
    m_pendingRuns.clear();
    m_sets->restart(m_project ? m_project->sets : std::vector<CalibrationSet>());
    m_ranges->restart(m_project ? m_project->chosenRanges : std::vector<ChosenRange>());
    m_runs->restart();
    m_findings->clear();
    setDirty(false);
    if (m_project && !m_project->calibrations.empty()) {
        const CalibrationRecord& newest = m_project->calibrations.back();
        m_model.open(QString::fromStdString(newest.modelFolder));
        m_statistics.show(newest);
    } else {
        m_statistics.clear();
        m_model.open(m_project ? QString::fromStdString(m_project->modelFolder) : QString());
    }
    emit pathChanged();
    emit projectReset();
}

void ProjectSession::modify(const Change& change) {
    if (!m_project)
        return;
    // Jobs and views may hold the present value as a snapshot; they keep it.
    if (m_project.use_count() > 1)
        m_project = std::make_shared<Project>(*m_project);
    change(*m_project);
    ++m_changes;
    setDirty(true);
}

void ProjectSession::apply(const Change& change) {
    modify(change);
    save();
}

void ProjectSession::setDirty(bool isDirty) {
    if (isDirty == m_isDirty)
        return;
    m_isDirty = isDirty;
    emit dirtyChanged(isDirty);
}

void ProjectSession::save() {
    if (m_project && !m_path.isEmpty())
        writeTo(m_path);
}

void ProjectSession::saveAs(const QString& path) {
    if (!m_project)
        return;
    m_path = path;
    setDirty(true);
    emit pathChanged();
    writeTo(path);
}

void ProjectSession::writeTo(const QString& path) {
    JobRequest request;
    request.title = tr("Save %1").arg(QFileInfo(path).fileName());
    request.quiet = true;
    request.first = true;
    request.context = this;
    request.work = [snapshot = std::shared_ptr<const Project>(m_project), file = toPath(path)](JobContext&) {
        saveProject(*snapshot, file);
    };
    request.onFinished = [this, path, changes = m_changes](const JobOutcome& outcome) {
        if (outcome.state == JobState::Done && changes == m_changes && path == m_path)
            setDirty(false);
        else if (outcome.state == JobState::Failed)
            emit error(outcome.error);
    };
    // Saves go before all that waits, so that one that still waits would put its older project over this one.
    if (path == m_savingPath)
        m_jobs.cancel(m_saving);
    m_savingPath = path;
    m_saving = m_jobs.submit(std::move(request));
}

} // namespace vernier::ui
