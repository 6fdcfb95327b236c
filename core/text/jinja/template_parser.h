#pragma once

#include "core/text/jinja/syntax.h"

#include <string_view>

namespace vernier::jinja {

/// Reads a template. Throws SyntaxFailure, Unsupported for tags outside the subset Vernier runs.
Block parseTemplate(std::string_view source);

} // namespace vernier::jinja
