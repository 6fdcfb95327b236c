#pragma once

#include "core/base/job.h"
#include "core/dataset/token_windows.h"
#include "core/model/architecture.h"
#include "core/quantize/quantize_settings.h"

#include <cstdint>
#include <string>

namespace vernier {

/// Says which Grams cannot have full rank, because fewer tokens than channels reach them.
struct FewTokens {
    std::int64_t linears = 0; ///< that read such Grams
    Index widest = 0;         ///< channels of the widest
    std::string widestName;   ///< the first linear that reads it
    std::int64_t tokens = 0;  ///< that reach it; of an expert what falls to it when all are asked equally often
    std::int64_t windows = 0; ///< of the calibration's length that would do for all of them

    bool any() const { return linears > 0; }
};

/// Looks at the linears that the settings choose codes or scales for by their Grams (GPTQ, AWQ), before any is
/// gathered. Tokens of padding do not count.
FewTokens findFewTokens(const ArchitectureSpec& spec, const QuantizeSettings& settings, const TokenWindows& windows);

/// Logs a warning that says so and what helps, where there is something to warn of.
void warnOfFewTokens(const ArchitectureSpec& spec, const QuantizeSettings& settings, const TokenWindows& windows,
                     const JobContext& job);

} // namespace vernier
