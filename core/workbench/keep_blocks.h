#pragma once

#include "core/calibrate/calibration_pass.h"
#include "core/workbench/workbench.h"

#include <functional>
#include <memory>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// Makes a pass keep each block's statistics in the cache, and hand them on, those from the cache first. Lives as long
/// as the pass.
struct BlockKeeper {
    using Statistics = std::shared_ptr<const BlockStatistics>;

    const Workbench& bench;
    std::function<nlohmann::json(int block)> inputs; ///< of a block's artefact
    std::function<Statistics(int block)> load;       ///< null when the cache has it not
    std::function<void(Statistics)> onBlock;         ///< may be empty
    JobContext& job;
    int computed = 0; ///< blocks that the cache did not have

    void attach(PassHooks& hooks);
};

} // namespace vernier
