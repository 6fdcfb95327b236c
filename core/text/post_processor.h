#pragma once

#include "core/text/json_view.h"

#include <cstdint>
#include <vector>

namespace vernier {

/// Is what a tokenizer puts around the ids of a text when special tokens are wanted.
struct PostProcessor {
    std::vector<std::int32_t> before, behind;
};

/// Reads the "post_processor" of a tokenizer.json, its part for single texts. Throws Error{Unsupported} for a type that
/// Vernier does not know.
PostProcessor readPostProcessor(const JsonView& json);

} // namespace vernier
