#pragma once

#include "core/store/project.h"

#include <string>
#include <vector>

namespace vernier {

/// Says what a report was written with.
struct ReportEnvironment {
    std::string vernier, compiler, system, processor;
    int threads = 0;
    bool hasBf16 = false;
    std::string written; ///< ISO 8601, UTC
};

ReportEnvironment describeEnvironment();

} // namespace vernier
