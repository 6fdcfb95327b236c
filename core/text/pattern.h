#pragma once

#include "core/text/json_view.h"
#include "core/text/regex.h"

namespace vernier {

/// Reads a pattern as tokenizer.json writes it, {"Regex": …} in Oniguruma's dialect or {"String": …} taken literally.
Regex readPattern(const JsonView& json);

} // namespace vernier
