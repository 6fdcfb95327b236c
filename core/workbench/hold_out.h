#pragma once

#include "core/curate/split_set.h"
#include "core/store/project.h"

#include <string>

namespace vernier {

/// Splits an evaluation set off a set of a project. Domains, or first tags where documents name no domain, keep their
/// shares; documents of equal content stay on one side. Throws as splitSet does, and when the new name is taken.
SetsEdit holdOut(const Project& project, const std::string& setName, const SplitOptions& options);

} // namespace vernier
