#pragma once

#include "core/store/project.h"
#include "core/workbench/workbench.h"

namespace vernier {

/// Whether the cache has the codes of all blocks of a run. Looks at names only, so it is quick, and damage is found
/// when they are read. Where they are gone, recoverCodes computes them again.
bool hasCodes(const Workbench& bench, const Run& run);

} // namespace vernier
