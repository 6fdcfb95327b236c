#pragma once

#include "core/calibrate/calibration_pass.h"
#include "core/store/project.h"
#include "core/workbench/calibration_plan.h"
#include "core/workbench/workbench.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace vernier {

struct CalibrateRequest {
    std::filesystem::path modelFolder;
    std::string setName; ///< empty: see chooseSet
    PackingRecipe recipe;
    Precision precision = Precision::F32; ///< wished for; see choosePrecision
    ObserverOptions observers = {};
    bool logits = false; ///< observe the head's output as well
    /// Receives what the calibration will take before it begins; unset, nothing is planned.
    std::function<void(const CalibrationPlan&)> onPlan = {};
};

struct CalibrateOutcome {
    CalibrationRecord record;
    bool fromCache = false; ///< nothing was computed
};

/// Runs the calibration pass for the blocks that the cache does not have. onBlock, when given, receives each block's
/// statistics as it is known, those from the cache first and without their Grams, on the calling thread. A pass that
/// was killed continues at the block that was in flight, with the same numbers as one that was not.
CalibrateOutcome calibrate(Workbench& bench, const Project& project, const CalibrateRequest& request, JobContext& job,
                           const std::function<void(std::shared_ptr<const BlockStatistics>)>& onBlock = {});

/// What a calibration is remembered by; blockKeys and logitsKey are the keys of its artefacts, precision is the one
/// that this machine can compute in.
CalibrationRecord describeCalibration(const Workbench::OpenModel& model, const CalibrateRequest& request,
                                      const std::string& setName, const TokenWindows& windows, JobContext& job);

/// What the pass of a calibration holds.
PassDemand demandOf(const CalibrationRecord& record, const TokenWindows& windows);

/// Adds a record to the project as its newest, in place of an equal one, from which it takes what it does not know
/// itself: logits, and what the pass took.
void remember(Project& project, CalibrationRecord record);

/// Statistics of the logits of a calibration, from the cache; null when they were not observed or the cache no longer
/// has them.
std::shared_ptr<const TapStatistics> loadLogits(const Workbench& bench, const CalibrationRecord& record);

/// Statistics of one block of a calibration, from the cache; null when the cache no longer has it.
std::shared_ptr<const BlockStatistics> loadBlockStatistics(const Workbench& bench, const CalibrationRecord& record,
                                                           int block, const JobContext& job = {});

/// The same; a calibration that the cache has lost is run again, with a line in the log. Throws Error{Io} when the
/// cache does not keep it.
std::shared_ptr<const BlockStatistics> requireBlockStatistics(Workbench& bench, const Project& project,
                                                              const CalibrationRecord& record, int block,
                                                              JobContext& job);

/// The windows of a calibration, packed again. Throws Error{Input} when its set or its model is no longer what it was.
TokenWindows packAgain(const Project& project, const CalibrationRecord& record, const Workbench::OpenModel& model,
                       JobContext& job);

} // namespace vernier
