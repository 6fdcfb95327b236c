#pragma once

#include "tests/support/test_files.h"
#include "ui/bridge/job_runner.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/navigator.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/run_queue.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/services.h"
#include "ui/bridge/statistics_store.h"

#include <QString>

#include <functional>
#include <memory>

namespace vernier::ui::test {

/// Lets events happen until the condition holds; false after the time is up.
bool waitFor(const std::function<bool()>& condition, int milliseconds = 60000);

/// Is everything behind the studio's pages, with a cache and files of its own.
struct StudioFixture {
    vernier::test::TemporaryFolder folder;
    std::shared_ptr<Workbench> bench = std::make_shared<Workbench>(folder / "cache");
    JobRunner jobs;
    JobRunner quickJobs;
    ModelProvider model{jobs, bench};
    StatisticsStore statistics{jobs, bench, model};
    ProjectSession session{jobs, bench, model, statistics};
    RunQueueWorker queue{session, jobs};
    Selection selection;
    Navigator navigator;
    Services services{jobs, quickJobs, model, statistics, session, queue, selection, navigator};

    /// Waits until no job is left.
    bool settle(int milliseconds = 60000);

    /// A new project with the demo's texts: "calibration" and "evaluation".
    void importDemo();

    static QString demoModel();
    static CalibrateRequest smallCalibration(int windows = 4, int sequenceLength = 64);
    static RunOrder smallOrder();         ///< on that
    static RunOrder quickOrder(int bits); ///< on that, by rounding, scored on a few windows

    /// A project with runs and no documents, as if they had been made.
    static Project projectWithRuns();
};

} // namespace vernier::ui::test
