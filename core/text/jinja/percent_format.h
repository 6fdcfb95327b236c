#pragma once

#include "core/text/jinja/value.h"

#include <string>

namespace vernier::jinja {

/// Formats as Python's text % values does: %s %r %d %i %u %f %e %g %x %X %o %c and %%, with flags, width, precision and
/// %(name)s. names may be null. Throws Failure with Python's message for too few or too many values and wrong types.
std::string percentFormat(const std::string& format, const List& values, const Dict* names, Budget& budget);

} // namespace vernier::jinja
