#pragma once

#include "core/calibrate/drift.h"
#include "core/model/tap.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <string>
#include <vector>

namespace vernier {

/// Says which two calibrations are compared, or which run with its own.
struct DriftRequest {
    std::string setName = {}; ///< whose newest calibration; empty: the newest on another than against
    std::string against = {}; ///< set whose newest calibration stands for the text that is to come
    std::string taps = "*";   ///< shell pattern of tap names
    /// A run to compare with what it was calibrated on: what its quantized model makes of the same text. Then setName
    /// and against say nothing.
    std::string run = {};
};

/// Is how far one tap has moved, with the ranges of both.
struct DriftReport {
    TapSpec tap;
    int block = 0; ///< −1: of the head
    TapDrift drift;
    double low = 0, high = 0;           ///< calibrated on
    double otherLow = 0, otherHigh = 0; ///< of the text to come
};

/// Compares the taps that both calibrations saw, the most surprised first. Throws Error{Input} when a calibration is
/// missing, when they are of different models, or when the cache has lost a block or no tap fits. A run that was not
/// observed yet is (observeRun).
std::vector<DriftReport> reportDrift(Workbench& bench, const Project& project, const DriftRequest& request,
                                     JobContext& job);

} // namespace vernier
