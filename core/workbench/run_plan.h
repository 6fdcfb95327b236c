#pragma once

#include "core/quantize/size_plan.h"
#include "core/store/project.h"
#include "core/workbench/calibration_plan.h"

#include <span>
#include <string>
#include <vector>

namespace vernier {

/// Foretells what an order of a run takes, before it begins. Sizes are exact, times are estimates.
struct RunPlan {
    std::string knownRun; ///< a run of the project that holds the very codes; empty for none
    bool codesCached = false;
    CalibrationPlan calibration;
    double solveSeconds = 0;      ///< 0 when the codes are cached
    double evaluationSeconds = 0; ///< 0 when nothing is scored
    std::string basis;            ///< what the times rest on: "gptq-4bit-g64 took 12 s", "operations"
    SizePlan size;                ///< of the linears
    std::uint64_t otherBytes = 0; ///< of what stays in 16 bits

    double seconds() const { return calibration.seconds + solveSeconds + evaluationSeconds; }
};

/// Plans runs without making them; packs their sets and measures this machine on one block, or on one product where the
/// calibration is cached. A run of the project on as many tokens with the same method, which took its time here, is
/// what the time of solving is scaled from. Each plan stands alone: what runs share is in the time of all. Throws as
/// planCalibration().
std::vector<RunPlan> planRuns(Workbench& bench, const Project& project, std::span<const RunOrder> orders,
                              JobContext& job);

/// Floating-point operations of quantizing a model: those of the products, so that times can be scaled by them.
double quantizeOperations(const ArchitectureSpec& spec, const QuantizeSettings& settings, std::int64_t tokens,
                          Index sequenceLength);

} // namespace vernier
