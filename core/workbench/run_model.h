#pragma once

#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <memory>

namespace vernier {

/// The model that a run quantized. Throws Error{Input} when its folder holds other weights by now.
std::shared_ptr<const Workbench::OpenModel> openModelOf(Workbench& bench, const Run& run, JobContext& job);

} // namespace vernier
