#pragma once

#include "core/text/pacer.h"
#include "core/text/regex.h"

namespace vernier {

/// Holds what one thread needs to rewrite and cut text. Not thread-safe.
struct TextScratch {
    RegexScratch regex;
    Pacer pacer;
};

} // namespace vernier
