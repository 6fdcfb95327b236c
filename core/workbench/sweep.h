#pragma once

#include "core/store/project.h"
#include "core/workbench/evaluate.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// Says what settings are to be varied; an empty axis keeps what the base settings and calibration say.
struct SweepAxes {
    std::vector<Method> methods;
    std::vector<int> bits, groupSizes;
    std::vector<std::string> sets; ///< calibrated ones: the newest calibration on each is used
};

/// The settings of every combination of methods, bits and group sizes, methods outermost. Throws Error{Input} for a
/// combination that makes no sense, naming it.
std::vector<QuantizeSettings> sweepSettings(const QuantizeSettings& base, const SweepAxes& axes);

/// Is one run of a sweep.
struct SweepPoint {
    QuantizeSettings settings;
    CalibrationRecord calibration;
};

/// Every combination of the axes, methods outermost, without those whose settings come out equal. Throws Error{Input}
/// for a combination that makes no sense, naming it, and for a set that was not calibrated.
std::vector<SweepPoint> sweepPoints(const Project& project, const QuantizeSettings& base,
                                    const CalibrationRecord& calibration, const SweepAxes& axes);

/// Makes all runs of a sweep in order and evaluates each where text is given; runs with the same settings that the
/// project has are taken as they are. made receives each finished run, so that an interrupted sweep keeps what it has.
/// Progress is that of each step.
void runSweep(Workbench& bench, Project& project, const std::vector<SweepPoint>& points,
              const std::optional<EvaluationData>& data, JobContext& job, const std::function<void(const Run&)>& made);

} // namespace vernier
