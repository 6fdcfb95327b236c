// The actions of ProjectSession that start jobs of core/workbench.

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/workbench/generate_documents.h"
#include "core/workbench/import_example.h"
#include "core/workbench/import_files.h"
#include "core/workbench/import_set.h"
#include "core/workbench/run_statistics.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/set_history.h"
#include "ui/bridge/text.h"

#include <QFileInfo>

#include <utility>

namespace vernier::ui {

namespace {

/// Is what an import adds to the project.
struct ImportDelta {
    Corpus corpus; ///< with the documents that were there
    std::vector<CalibrationSet> newSets;
    ImportReport report;
};

/// Makes the sets that an import has made, or puts the documents from first to end behind those of the one it joined.
SetsEdit joinSets(SetList sets, const ImportDelta& delta, std::uint32_t first, std::uint32_t end) {
    SetsEdit edit{{sets.begin(), sets.end()}, {}};
    for (const CalibrationSet& made : delta.newSets)
        edit = createSet(edit.sets, made);
    const std::string& name = delta.report.setName;
    const auto known = std::ranges::find(sets, name, &CalibrationSet::name);
    if (known != sets.end() && end > first) {
        std::vector<std::uint32_t> documents(end - first);
        std::iota(documents.begin(), documents.end(), first);
        edit = replaceSet(edit.sets, addDocuments(*known, documents));
    }
    edit.description = "imported " + std::to_string(end - first) + " documents into " + name;
    return edit;
}

QString describe(const ImportReport& report) {
    QString text =
        ProjectSession::tr("Set “%1”: %2 added")
            .arg(QString::fromStdString(report.setName),
                 formatCount(report.added, ProjectSession::tr("1 document"), ProjectSession::tr("%1 documents")));
    if (report.alreadyPresent)
        text += ProjectSession::tr(", %1 already there").arg(formatCount(report.alreadyPresent));
    if (report.skippedCount)
        text += ProjectSession::tr(", %1 skipped (the job's log says why)").arg(formatCount(report.skippedCount));
    if (report.replacedSequences)
        text += ProjectSession::tr(", %1 invalid UTF-8 sequences replaced").arg(formatCount(report.replacedSequences));
    return text;
}

} // namespace

JobId ProjectSession::submit(const QString& title, std::function<void(const Project&, JobContext&)> work,
                             std::function<void()> done, Ended ended, JobId after, std::function<void()> prepare) {
    if (!isOpen())
        return 0;
    const auto snapshot = std::make_shared<std::shared_ptr<const Project>>();
    JobRequest request;
    request.title = title;
    request.context = this;
    request.after = after;
    request.prepare = [this, snapshot, prepare = std::move(prepare)] {
        *snapshot = m_project;
        if (prepare)
            prepare();
    };
    request.work = [snapshot, work = std::move(work)](JobContext& job) {
        if (!*snapshot)
            throw Error(ErrorKind::Cancelled, "project", "was closed");
        work(**snapshot, job);
    };
    request.onFinished = [this, snapshot, done = std::move(done), ended = std::move(ended),
                          generation = m_generation](const JobOutcome& outcome) {
        snapshot->reset();
        const bool isDone = outcome.state == JobState::Done && generation == m_generation;
        if (isDone)
            done();
        if (ended)
            ended(isDone || outcome.state != JobState::Done ? outcome : JobOutcome{JobState::Cancelled, {}});
        if (outcome.state == JobState::Failed)
            emit error(outcome.error);
    };
    return m_jobs.submit(std::move(request));
}

std::function<void(std::function<void()>)> ProjectSession::delivery() {
    return [this, poster = m_jobs.poster(this), generation = m_generation](std::function<void()> deliver) {
        poster.post([this, generation, deliver = std::move(deliver)] {
            if (generation == m_generation)
                deliver();
        });
    };
}

JobId ProjectSession::submitImport(const QString& title, std::function<ImportReport(Project&, JobContext&)> work) {
    if (!isOpen())
        create();
    const auto delta = std::make_shared<ImportDelta>();
    return submit(
        title,
        [delta, work = std::move(work)](const Project& project, JobContext& job) {
            Project copy = project;
            delta->report = work(copy, job);
            delta->corpus = std::move(copy.corpus);
            for (const CalibrationSet& set : copy.sets)
                if (!project.findSet(set.name))
                    delta->newSets.push_back(set);
            for (const SkippedRecord& skipped : delta->report.skipped)
                job.log(skipped.source + ":" + std::to_string(skipped.line) + ": skipped: " + skipped.reason);
        },
        [this, delta] {
            const auto first = static_cast<std::uint32_t>(m_project->corpus.size());
            const auto end = static_cast<std::uint32_t>(delta->corpus.size());
            if (end > first)
                modify([&](Project& target) { target.corpus = std::move(delta->corpus); });
            m_sets->edit([&](SetList sets) { return joinSets(sets, *delta, first, end); });
            emit message(describe(delta->report));
        });
}

JobId ProjectSession::importDocuments(const ImportRequest& request) {
    if (request.files.empty() && !request.pasted)
        return 0;
    QString title = tr("Import pasted text");
    if (request.files.size() == 1)
        title = tr("Import %1").arg(fromPath(request.files.front().filename()));
    else if (!request.files.empty())
        title = tr("Import %1 files").arg(request.files.size());
    return submitImport(
        title, [request](Project& project, JobContext& job) { return vernier::importFiles(project, request, job); });
}

JobId ProjectSession::importFiles(const QStringList& paths, const QString& tag) {
    ImportRequest request;
    for (const QString& path : paths)
        request.files.push_back(toPath(path));
    request.options.tag = tag.toStdString();
    return importDocuments(request);
}

JobId ProjectSession::importExample(const QString& name) {
    return submitImport(tr("Import the example %1").arg(name),
                        [name = name.toStdString()](Project& project, JobContext& job) {
                            return vernier::importExample(project, name, {}, job);
                        });
}

JobId ProjectSession::importSet(const QString& path) {
    return submitImport(tr("Import the set %1").arg(QFileInfo(path).fileName()),
                        [file = toPath(path)](Project& project, JobContext& job) {
                            const SetImport imported = vernier::importSet(project, file, {}, job);
                            ImportReport report;
                            report.setName = imported.setName;
                            report.added = imported.added;
                            report.alreadyPresent = imported.alreadyPresent;
                            return report;
                        });
}

JobId ProjectSession::generateDocuments(const GenerateRequest& request) {
    return submitImport(tr("Let the model write %1 documents").arg(request.documents),
                        [bench = m_bench, request](Project& project, JobContext& job) {
                            return vernier::generateDocuments(*bench, project, request, job);
                        });
}

JobId ProjectSession::calibrate(const CalibrateRequest& request) {
    return submitCalibrate(request, nullptr);
}

JobId ProjectSession::submitCalibrate(const CalibrateRequest& request, std::shared_ptr<QuantizeRequest> next,
                                      Ended ended) {
    const auto outcome = std::make_shared<CalibrateOutcome>();
    const QString setName = QString::fromStdString(request.setName);
    return submit(
        setName.isEmpty() ? tr("Calibrate") : tr("Calibrate on %1").arg(setName),
        [this, bench = m_bench, request, outcome, setName, deliver = delivery()](const Project& project,
                                                                                 JobContext& job) {
            const auto model = bench->open(request.modelFolder, job);
            deliver([this, model, setName] {
                m_model.take(model);
                m_statistics.beginRun(setName);
            });
            *outcome = vernier::calibrate(*bench, project, request, job, [&](const auto& block) {
                deliver([this, taps = withoutGrams(*block)] { m_statistics.addBlock(taps); });
            });
        },
        [this, outcome, next] {
            if (next)
                next->calibration = outcome->record;
            m_statistics.finishRun(outcome->record);
            apply([&](Project& target) {
                remember(target, outcome->record);
                target.modelFolder = outcome->record.modelFolder;
            });
            emit calibrationChanged();
        },
        [this, ended = std::move(ended)](const JobOutcome& how) {
            if (how.state != JobState::Done)
                abandonCalibration();
            if (ended)
                ended(how);
        });
}

void ProjectSession::abandonCalibration() {
    m_statistics.abandonRun();
    if (m_statistics.source() == StatisticsStore::Source::None && m_project && !m_project->calibrations.empty())
        m_statistics.show(m_project->calibrations.back());
}

JobId ProjectSession::quantize(const QuantizeRequest& request, const std::optional<EvaluationData>& thenEvaluate) {
    if (!isOpen())
        return 0;
    const auto named = std::make_shared<QuantizeRequest>(request);
    const JobId id = submitQuantize(named, 0);
    if (thenEvaluate)
        submitEvaluate(QString::fromStdString(named->name), *thenEvaluate, id);
    return id;
}

JobId ProjectSession::exportRun(const QString& runName, const ExportRequest& request) {
    if (!isOpen())
        return 0;
    const auto outcome = std::make_shared<ExportOutcome>();
    return submit(
        tr("Export %1 as %2").arg(runName, QString::fromStdString(name(request.format))),
        [bench = m_bench, request, outcome, key = runName.toStdString()](const Project& project, JobContext& job) {
            const Run* run = project.findRun(key);
            if (!run)
                throw Error(ErrorKind::Input, "run " + key, "is no longer in the project");
            *outcome = vernier::exportRun(*bench, project, *run, request, job);
        },
        [this, outcome, runName] { emit message(tr("%1 is in %2").arg(runName, fromPath(outcome->folder))); });
}

JobId ProjectSession::observeRun(const QString& runName) {
    if (!isOpen())
        return 0;
    return submit(
        tr("Observe %1").arg(runName),
        [bench = m_bench, key = runName.toStdString()](const Project& project, JobContext& job) {
            const Run* run = project.findRun(key);
            if (!run)
                throw Error(ErrorKind::Input, "run " + key, "is no longer in the project");
            vernier::observeRun(*bench, project, *run, job);
        },
        [this, runName] { emit runObserved(runName); });
}

QString ProjectSession::freeName(const QuantizeRequest& request) const {
    const std::string name = freeRunName(*m_project, request.settings, request.calibration.setName);
    return QString::fromStdString(vernier::freeName(name, [&](const std::string& tried) {
        return m_project->findRun(tried) || m_pendingRuns.contains(QString::fromStdString(tried));
    }));
}

JobId ProjectSession::submitQuantize(std::shared_ptr<QuantizeRequest> request, JobId after, Ended ended) {
    request->settings = settingsForProject(std::move(request->settings), *m_project);
    if (request->name.empty())
        request->name = freeName(*request).toStdString();
    const auto outcome = std::make_shared<QuantizeOutcome>();
    const QString runName = QString::fromStdString(request->name);
    m_pendingRuns.append(runName);
    return submit(
        tr("Quantize %1").arg(runName),
        [this, bench = m_bench, request, outcome, runName, deliver = delivery()](const Project& project,
                                                                                 JobContext& job) {
            const auto model = bench->open(request->calibration.modelFolder, job);
            const int linears = static_cast<int>(model->model.spec.linears());
            deliver([this, runName, linears] { emit runStarted(runName, linears); });
            *outcome = vernier::quantize(*bench, project, *request, job, [&](const LinearReport& report) {
                deliver([this, runName, report] { emit linearReported(runName, report); });
            });
        },
        [this, outcome] { apply([&](Project& target) { remember(target, std::move(outcome->run)); }); },
        [this, runName, ended = std::move(ended)](const JobOutcome& how) {
            const bool isDone = how.state == JobState::Done;
            m_pendingRuns.removeOne(runName);
            emit runFinished(runName, isDone);
            if (isDone)
                emit runsChanged();
            if (ended)
                ended(how);
        },
        after);
}

JobId ProjectSession::evaluate(const QString& runName, const EvaluationData& data) {
    return submitEvaluate(runName, data, 0);
}

JobId ProjectSession::submitEvaluate(const QString& runName, const EvaluationData& data, JobId after, Ended ended) {
    const auto outcome = std::make_shared<EvaluateOutcome>();
    const auto followed = followedName(runName);
    const auto name = std::make_shared<std::string>(); // as the work knows it
    return submit(
        tr("Evaluate %1").arg(runName),
        [bench = m_bench, outcome, name, data](const Project& project, JobContext& job) {
            // Looked up only now: the run may have been made by the job before.
            const Run* run = project.findRun(*name);
            if (!run)
                throw Error(ErrorKind::Input, *name, "no such run in the project");
            *outcome = evaluateRun(*bench, project, *run, data, job);
        },
        [this, outcome, followed] {
            apply([&](Project& target) {
                if (Run* run = target.findRun(followed->toStdString()))
                    run->evaluation = outcome->evaluation;
            });
            emit runsChanged();
        },
        std::move(ended), after, [followed, name] { *name = followed->toStdString(); });
}

std::shared_ptr<const QString> ProjectSession::followedName(const QString& runName) {
    const auto name = std::make_shared<QString>(runName);
    m_followedNames.push_back(name);
    return name;
}

QList<JobId> ProjectSession::makeRun(const RunOrder& order, std::function<void(const OrderEnd&)> ended) {
    if (!isOpen())
        return {};
    const auto request = std::make_shared<QuantizeRequest>();
    request->settings = order.settings;
    request->name = order.name;
    request->calibration.modelFolder = order.modelFolder.string();
    request->calibration.setName = order.setName;
    // The jobs after one that did not end in Done are cancelled, so that the first one to end otherwise says why.
    struct Chain {
        int left = 0;
        OrderEnd end;
    };
    const auto chain = std::make_shared<Chain>(Chain{order.evaluation ? 3 : 2, {}});
    const Ended hear = [this, chain, ended = std::move(ended), generation = m_generation](const JobOutcome& how) {
        if (chain->end.kind == OrderEnd::Kind::Done && how.state == JobState::Failed)
            chain->end = {OrderEnd::Kind::Failed, how.error.toStdString()};
        else if (chain->end.kind == OrderEnd::Kind::Done && how.state == JobState::Cancelled)
            chain->end.kind = OrderEnd::Kind::Cancelled;
        if (--chain->left == 0 && ended && generation == m_generation)
            ended(chain->end);
    };
    QList<JobId> ids;
    ids.append(submitCalibrate(calibrateRequestOf(order), request, hear));
    ids.append(submitQuantize(request, ids.last(), hear));
    if (order.evaluation)
        ids.append(submitEvaluate(QString::fromStdString(request->name), *order.evaluation, ids.last(), hear));
    return ids;
}

} // namespace vernier::ui
