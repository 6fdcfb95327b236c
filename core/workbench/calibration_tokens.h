#pragma once

#include "core/calibrate/extreme_values.h"
#include "core/calibrate/token_place.h"
#include "core/dataset/token_windows.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// Holds the tokens that a calibration ran on.
struct CalibrationTokens {
    TokenWindows windows;
    std::vector<std::uint32_t> documents; ///< of the corpus, in the order that the windows count them
};

/// Packs the set of a calibration again. Nothing, and a line to the job, when the set or the model has changed since,
/// so that the project no longer gives the windows that were calibrated on.
std::optional<CalibrationTokens> calibrationTokens(const Project& project, const CalibrationRecord& record,
                                                   const Workbench::OpenModel& model, JobContext& job);

/// Is an extreme value with the token that caused it, as far as that is still known.
struct ReportedExtreme {
    ExtremeValue extreme;
    std::optional<TokenPlace> place = {};
    std::string before = {}, token = {}, after = {}; ///< text of the token and around it, in its window: valid UTF-8
    std::uint32_t document = 0;                      ///< number in the corpus
    std::string source = {};                         ///< file and line of the document
};

/// Names the token of a value, with the text of up to so many tokens on each side of it. Of the tokens of one
/// character, the last one has all of it (tokenPieces).
ReportedExtreme nameToken(const Project& project, const CalibrationTokens& tokens, const Tokenizer& tokenizer,
                          const ExtremeValue& extreme, int around);

} // namespace vernier
