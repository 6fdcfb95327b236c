#pragma once

#include "core/model/sampler.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// Says what several runs of one model are to write on from.
struct ContinuationRequest {
    std::vector<std::string> runs;              ///< of the project, all of one model
    std::string prompt;                         ///< empty: from the beginning of a text
    int tokens = 64;                            ///< at most, 1 … 1,048,576
    SamplerSettings sampling{.temperature = 0}; ///< greedy; with a temperature all draw with the same seed

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// Is what one of them wrote.
struct Continuation {
    std::string name; ///< "full precision", or the run's
    std::vector<std::int32_t> ids;
    std::vector<std::string> pieces; ///< the text token by token; joined they are valid UTF-8
    /// The first token that is another than full precision wrote; nothing where none is.
    std::optional<std::size_t> divergesAt;
};

/// Lets full precision, then every run write on from the prompt, with its own rounding of activations and cache. Codes
/// that the cache no longer has are solved again. The whole model is in memory meanwhile. Progress counts models.
/// Throws Error{Input} for runs of different models.
std::vector<Continuation> continueWithRuns(Workbench& bench, const Project& project, const ContinuationRequest& request,
                                           JobContext& job);

} // namespace vernier
