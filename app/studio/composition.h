#pragma once

#include "core/workbench/workbench.h"
#include "ui/bridge/job_runner.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/navigator.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/run_queue.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/services.h"
#include "ui/bridge/statistics_store.h"
#include "ui/shell/main_window.h"
#include "ui/shell/theme.h"

#include <filesystem>
#include <memory>

namespace vernier::ui {

/// Builds the studio and owns all of it: services first, then the window with its pages.
class Composition {
public:
    /// To be made after QApplication; cacheFolder is where artefacts are kept, up to cacheLimit bytes.
    Composition(const std::filesystem::path& cacheFolder, std::uint64_t cacheLimit);

    const Services& services() const { return m_services; }
    MainWindow& window() { return m_window; }
    Theme& theme() { return m_theme; }

private:
    void addPages();

    Theme m_theme;
    std::shared_ptr<Workbench> m_bench;
    // The runners come before what submits to them, and so go after it; their threads end with them.
    JobRunner m_jobs;
    JobRunner m_quickJobs;
    ModelProvider m_model;
    StatisticsStore m_statistics;
    ProjectSession m_session;
    RunQueueWorker m_queue;
    Selection m_selection;
    Navigator m_navigator;
    Services m_services;
    MainWindow m_window;
};

} // namespace vernier::ui
