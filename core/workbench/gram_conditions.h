#pragma once

#include "core/calibrate/gram_health.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <vector>

namespace vernier {

/// Examines the Grams of a block of a calibration, one per input group in the order of their taps; from the cache when
/// they were examined before. Empty when the cache has lost the block. Throws as gramHealth().
std::vector<GramHealth> gramConditions(Workbench& bench, const CalibrationRecord& record, int block, JobContext& job);

} // namespace vernier
