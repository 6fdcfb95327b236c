#pragma once

#include "core/calibrate/block_statistics.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <functional>
#include <memory>

namespace vernier {

/// Runs the windows that a run was quantized with through the quantized model and keeps in the cache what its taps see,
/// before values are rounded; blocks that the cache has are not observed again, and a killed pass continues. There are
/// no Grams. Inputs whose scales an export folds into what comes before are those after scaling. onBlock receives each
/// block as it is known. Codes that the cache no longer has are solved again. Throws Error{Input} when the calibration
/// set is no longer what it was. Progress counts blocks.
void observeRun(Workbench& bench, const Project& project, const Run& run, JobContext& job,
                const std::function<void(std::shared_ptr<const BlockStatistics>)>& onBlock = {});

/// What a block's taps saw, from the cache; null when the run has not been observed or the cache no longer has it.
std::shared_ptr<const BlockStatistics> loadRunStatistics(const Workbench& bench, const Run& run, int block,
                                                         const JobContext& job = {});

/// Whether the cache has what all blocks saw.
bool isObserved(const Workbench& bench, const Run& run);

} // namespace vernier
