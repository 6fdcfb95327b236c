#pragma once

#include "core/calibrate/block_statistics.h"
#include "core/calibrate/kept_values.h"
#include "core/workbench/calibration_tokens.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace vernier::ui {

/// What is asked about the values of a tap, and what is needed to answer it on another thread.
struct CauseQuestion {
    std::shared_ptr<const BlockStatistics> block; ///< null for none
    int tap = 0;
    KeptValuesQuery kept;
    std::shared_ptr<const Project> project;
    std::shared_ptr<const Workbench::OpenModel> model; ///< null while none is open
    std::optional<CalibrationRecord> record;           ///< nothing while the calibration runs
    std::shared_ptr<const CalibrationTokens> tokens;   ///< those of the record, once packed; null before

    const TapStatistics& statistics() const { return block->taps[static_cast<std::size_t>(tap)]; }
};

/// Holds the values asked for with the text of the tokens that caused them, as far as both are known.
struct CauseList {
    static constexpr std::size_t kMost = 256; ///< values whose text is looked up

    std::vector<ReportedExtreme> values; ///< the most extreme first
    std::size_t kept = 0;                ///< values that fit the question, of which the first kMost are listed
    std::uint64_t counted = 0;           ///< values in the bins asked about, kept or not; of one channel, its tokens
    std::shared_ptr<const CalibrationTokens> tokens; ///< null when they are not known any more
};

/// Packs the windows of the calibration where that has not been done: a moment, for another thread than the
/// interface's. Throws Cancelled, and what packing throws.
CauseList findCauses(const CauseQuestion& question, JobContext& job);

} // namespace vernier::ui
