#pragma once

#include "core/quantize/quantize_model.h"
#include "core/store/project.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/evaluate.h"
#include "core/workbench/export_run.h"
#include "core/workbench/generate_documents.h"
#include "core/workbench/import_files.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_queue.h"
#include "core/workbench/workbench.h"
#include "ui/bridge/job_runner.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/statistics_store.h"

#include <QObject>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>

namespace vernier::ui {

class EditTimeline;
class Findings;
class RangeHistory;
class RunEdits;
class SetHistory;

/// Owns the open project on the interface's thread and starts the jobs that change it. A job works on an immutable
/// snapshot; what it found is applied here and saved.
class ProjectSession : public QObject {
    Q_OBJECT
public:
    ProjectSession(JobRunner& jobs, std::shared_ptr<Workbench> bench, ModelProvider& model, StatisticsStore& statistics,
                   QObject* parent = nullptr);
    ~ProjectSession() override;

    bool isOpen() const { return m_project != nullptr; }
    bool isOpening() const { return m_opening != 0; }
    /// The open project, or null. A snapshot: later changes make a new value, so that work may keep this one.
    std::shared_ptr<const Project> project() const { return m_project; }
    const std::shared_ptr<Workbench>& workbench() const { return m_bench; }
    QString path() const { return m_path; } ///< empty for a project that was never saved
    QString displayName() const;            ///< file name without suffix
    bool isDirty() const { return m_isDirty; }

    void create(); ///< an empty project without a file
    void open(const QString& path);
    void openDemo(const QString& path); ///< makes or completes the demo project at path, then opens it
    void save();                        ///< nothing happens without a path
    void saveAs(const QString& path);
    void close();

    JobId importDocuments(const ImportRequest& request);
    JobId importFiles(const QStringList& paths, const QString& tag); ///< as they are recognised
    JobId importExample(const QString& name);                        ///< one of vernier::exampleSources()
    JobId importSet(const QString& path);                            ///< as vernier::exportSet wrote it
    JobId generateDocuments(const GenerateRequest& request);
    JobId calibrate(const CalibrateRequest& request);
    JobId quantize(const QuantizeRequest& request, const std::optional<EvaluationData>& thenEvaluate = {});
    /// Writes a run as a folder that others load; the message says where it is.
    JobId exportRun(const QString& runName, const ExportRequest& request);
    /// Runs what a run was quantized with through its model and keeps in the cache what the taps see (observeRun).
    JobId observeRun(const QString& runName);
    JobId evaluate(const QString& runName, const EvaluationData& data = {});
    /// Calibrates (from the cache when known), quantizes and evaluates; returns the jobs of the chain in order. ended,
    /// unless empty, is called once when the last of them has ended, as long as the project is the same.
    QList<JobId> makeRun(const RunOrder& order, std::function<void(const OrderEnd&)> ended = {});

    /// Changes what no signal here tells of, and saves it.
    void editProject(const std::function<void(Project&)>& change) { apply(change); }

    /// Edits the project's sets; every edit is saved and can be undone.
    SetHistory& sets() { return *m_sets; }
    /// Chooses clipping ranges of taps; every choice is saved and can be undone.
    RangeHistory& ranges() { return *m_ranges; }
    /// Deletes, renames, tags and annotates runs; every edit is saved and can be undone.
    RunEdits& runs() { return *m_runs; }
    /// Undoes all of these in the order in which they were done.
    EditTimeline& edits() { return *m_edits; }
    /// What was measured of the project's runs.
    Findings& findings() const { return *m_findings; }

signals:
    void leaving();            ///< jobs of this project are about to be cancelled, for another project or none
    void projectReset();       ///< another project, or none
    void corpusChanged();      ///< documents or sets
    void calibrationChanged(); ///< a calibration was added
    void runsChanged();
    void runRenamed(const QString& from, const QString& to); ///< comes before runsChanged()
    void pathChanged();
    void dirtyChanged(bool isDirty);
    void runStarted(const QString& runName, int linears);
    void linearReported(const QString& runName, const vernier::LinearReport& report);
    void runFinished(const QString& runName, bool isDone);
    void runObserved(const QString& runName); ///< what its taps see is in the cache
    void error(const QString& text);          ///< a job of this project failed; one line, names place and remedy
    void refused(const QString& text);        ///< something asked for cannot be done; one line
    void message(const QString& text);        ///< something worth knowing went well

private:
    using Change = std::function<void(Project&)>;
    /// Hears how a job ended; one that brought its result to another project counts as cancelled.
    using Ended = std::function<void(const JobOutcome&)>;

    void setProject(std::shared_ptr<Project> project, const QString& path);
    void modify(const Change& change); ///< changes the project, detaching from snapshots
    void apply(const Change& change);  ///< modifies and saves it
    void setDirty(bool isDirty);
    void writeTo(const QString& path);
    /// next, when given, is a quantization that waits for the record.
    JobId submitCalibrate(const CalibrateRequest& request, std::shared_ptr<QuantizeRequest> next, Ended ended = {});
    JobId submitQuantize(std::shared_ptr<QuantizeRequest> request, JobId after, Ended ended = {});
    /// Runs work on a copy of the project, then takes the documents and sets that it has added.
    JobId submitImport(const QString& title, std::function<ImportReport(Project&, JobContext&)> work);
    JobId submitEvaluate(const QString& runName, const EvaluationData& data, JobId after, Ended ended = {});
    void abandonCalibration();
    /// Sends a job on its way with a snapshot of the project taken when it starts. done runs only when the job was Done
    /// and the project is still the same; ended runs in any case, after it, and may be empty.
    /// prepare, unless empty, is called just before work starts.
    JobId submit(const QString& title, std::function<void(const Project&, JobContext&)> work,
                 std::function<void()> done, Ended ended = {}, JobId after = 0, std::function<void()> prepare = {});
    /// The name of a run for work that may wait: it follows when the run is renamed. Only for this thread.
    std::shared_ptr<const QString> followedName(const QString& runName);
    /// A way for work to act here while it runs, as long as the project is the same.
    std::function<void(std::function<void()>)> delivery();
    void startLoading(JobRequest request);
    QString freeName(const QuantizeRequest& request) const;

    JobRunner& m_jobs;
    std::shared_ptr<Workbench> m_bench;
    ModelProvider& m_model;
    StatisticsStore& m_statistics;
    SetHistory* m_sets;
    RangeHistory* m_ranges;
    RunEdits* m_runs;
    EditTimeline* m_edits;
    Findings* m_findings;
    std::shared_ptr<Project> m_project;
    QString m_path;
    bool m_isDirty = false;
    quint64 m_changes = 0;     ///< counts changes, to know whether a save caught the latest one
    quint64 m_generation = 0;  ///< counts projects; what jobs of an earlier one bring is dropped
    QStringList m_pendingRuns; ///< names given to runs that are not in the project yet
    std::vector<std::weak_ptr<QString>> m_followedNames;
    JobId m_opening = 0;
    JobId m_saving = 0;   ///< the newest save, which may have ended
    QString m_savingPath; ///< where to
};

} // namespace vernier::ui
