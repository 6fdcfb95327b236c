#pragma once

namespace vernier::ui {

class JobRunner;
class ModelProvider;
class Navigator;
class ProjectSession;
class RunQueueWorker;
class Selection;
class StatisticsStore;

/// Bundles what a page is built from; everything here outlives the pages.
struct Services {
    JobRunner& jobs;      ///< heavy work, listed in the Jobs panel; the only thread that touches HDF5
    JobRunner& quickJobs; ///< light work for what is on screen (token previews); never HDF5, never long
    ModelProvider& model;
    StatisticsStore& statistics;
    ProjectSession& session;
    RunQueueWorker& queue;
    Selection& selection;
    Navigator& navigator;
};

} // namespace vernier::ui
