#pragma once

#include "core/calibrate/memory_plan.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <cstdint>
#include <string>

namespace vernier {

struct CalibrateRequest;

/// Foretells what a calibration takes, before it begins. Memory and disk follow from shapes; the time from running one
/// block on a few tokens, scaled by floating-point operations. Meant to be right within 30 % on an idle machine.
struct CalibrationPlan {
    std::string modelFolder, setName;
    std::int64_t windows = 0;
    int sequenceLength = 0;
    int blocks = 0, blocksCached = 0;
    bool logitsMissing = false;      ///< they are wanted and not cached
    std::uint64_t memoryLimit = 0;   ///< what was allowed
    PassMemory memory;               ///< what is needed, and where hidden states go
    std::uint64_t artefactBytes = 0; ///< that the missing blocks will take in the cache, for good
    std::uint64_t hiddenBytes = 0;   ///< of files with hidden states and Grams, while the pass runs
    double operations = 0;           ///< floating-point operations of the missing blocks, and of those before them
    double seconds = 0;              ///< of the missing blocks; 0 when everything is cached

    bool complete() const { return blocksCached == blocks && !logitsMissing; }
};

/// Plans a calibration without running it; packs the set and, unless everything is cached, runs one block on up to two
/// thousand tokens. Throws as calibrate() does, Error{Input} when the memory limit is too small.
CalibrationPlan planCalibration(Workbench& bench, const Project& project, const CalibrateRequest& request,
                                JobContext& job);

/// The same for windows that are packed, of which the cache has record's blocks in part.
CalibrationPlan planCalibration(const Workbench& bench, const Workbench::OpenModel& model,
                                const CalibrationRecord& record, const TokenWindows& windows, JobContext& job);

/// Floating-point operations per token of one block with statistics: linears, causal attention at a length, and one
/// triangle of every Gram; of experts as much as reaches them where all are picked as often.
double operationsPerToken(const ArchitectureSpec& spec, int block, Index sequenceLength);
/// The same without statistics.
double forwardOperationsPerToken(const ArchitectureSpec& spec, int block, Index sequenceLength);

/// Bytes that the statistics of a block take in the cache: Grams as triangles, deflated.
std::uint64_t artefactBytes(const ArchitectureSpec& spec, int block);

} // namespace vernier
