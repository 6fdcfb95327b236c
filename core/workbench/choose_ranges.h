#pragma once

#include "core/calibrate/clipping.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// Says which taps get a clipping range, and how it is found.
struct RangeChoice {
    std::string taps = {};                     ///< shell pattern of tap names: "*.mlp.down_proj:input"
    std::optional<ClippingMethod> method = {}; ///< that finds it in a calibration; nothing: low and high as they are
    double low = 0, high = 0;
    std::string setName = {}; ///< whose newest calibration; empty: the newest of all
    ClippingOptions clipping = {};
};

/// Finds the ranges for the taps that fit, those of the newest calibration's model. Taps that saw no token are left
/// out. Throws Error{Input} when no tap fits, when a range by hand is none, or the cache has lost a block.
std::vector<ChosenRange> chooseRanges(Workbench& bench, const Project& project, const RangeChoice& choice,
                                      JobContext& job);

} // namespace vernier
