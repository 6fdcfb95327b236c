#pragma once

#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <filesystem>

namespace vernier {

/// Where the demo's model and texts are: $VERNIER_DEMO, the installed data folder, or the source tree. Throws
/// Error{Input} with the places that were tried.
std::filesystem::path demoFolder();

/// What a run of the demo found in the cache and what it had to compute.
struct DemoReport {
    int calibrationsComputed = 0, calibrationsFromCache = 0;
    int runsComputed = 0, runsFromCache = 0;
    int evaluationsComputed = 0, evaluationsFromCache = 0;
};

/// Does the whole main job on the demo model: imports its texts as the sets "calibration", "greetings" and
/// "evaluation", calibrates, makes RTN, GPTQ and AWQ runs at 3 bits in groups of 64 and a GPTQ run calibrated on
/// greetings, evaluates all, and saves the project at path after every step.
DemoReport runDemo(Workbench& bench, const std::filesystem::path& projectPath, Project& project, JobContext& job);

} // namespace vernier
