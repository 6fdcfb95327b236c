#pragma once

#include "core/dataset/token_windows.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vernier {

/// Is what of some windows belongs to one domain, language or role.
struct MixShare {
    std::string name; ///< empty: documents without a domain
    std::uint64_t documents = 0;
    std::uint64_t tokens = 0;
    double share = 0; ///< of all tokens
};

/// Says what windows are made of, the largest share first; the tokens of each list add up to those of the windows,
/// padding left out.
struct SetMix {
    std::vector<MixShare> domains, languages;
    std::vector<MixShare> roles; ///< of conversations: "system", "user", …; "text" of plain documents
};

/// Counts the tokens of windows packed from a set by what their documents are. Languages are guessed from the text.
/// Roles are told apart message by message; tokens that no message accounts for, as separators, count for the last one.
SetMix mixOf(const Project& project, const CalibrationSet& set, const TokenWindows& windows,
             const Workbench::OpenModel& model, JobContext& job);

} // namespace vernier
