#pragma once

#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <functional>
#include <string>

namespace vernier {

struct QuantizeRequest {
    std::string name; ///< of the run; empty: made from the settings
    QuantizeSettings settings;
    CalibrationRecord calibration; ///< whose model and windows to use
};

struct QuantizeOutcome {
    Run run;
    bool fromCache = false;
};

/// The settings of a new run of a project: static activation grids take the ranges that the person has chosen.
QuantizeSettings settingsForProject(QuantizeSettings settings, const Project& project);

/// A run as far as it is known before it is made: settings with the precision that this machine can compute in, and the
/// keys of its blocks. Without a name.
Run describeRun(const Workbench::OpenModel& model, const CalibrationRecord& record, const QuantizeSettings& settings,
                JobContext& job);

/// Makes a run, or finds it in the cache. Before one is made, the log is told what its calibration set shares with the
/// set "evaluation" (warnOfLeaks). onLinear receives each linear's report as it is solved.
QuantizeOutcome quantize(Workbench& bench, const Project& project, const QuantizeRequest& request, JobContext& job,
                         const std::function<void(const LinearReport&)>& onLinear = {});

/// Adds a run; one of the same name is replaced, its evaluation, tags and note kept when the codes are the
/// same.
void remember(Project& project, Run run);

/// A name for a run that no other has: "gptq-3bit-g64", "gptq-3bit-g64-2", …
std::string freeRunName(const Project& project, const QuantizeSettings& settings, const std::string& setName);

/// Makes sure that the codes of a run are in the cache, quantizing again where they are not.
void recoverCodes(Workbench& bench, const Project& project, const Run& run, JobContext& job);

/// One block of a run. Throws Error{Io} when the cache has lost it.
QuantizedBlock runBlock(const Workbench& bench, const Run& run, int block);

/// What a run does to its model, read from the cache a block at a time, with foldable
/// scales folded as exports do. Refers to the workbench and the model. Throws
/// Error{Io} when the cache has lost a block.
ModelChanges runChanges(const Workbench& bench, const Model& model, const Run& run);

} // namespace vernier
