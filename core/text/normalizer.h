#pragma once

#include "core/text/json_view.h"

#include <memory>
#include <string>
#include <string_view>

namespace vernier {

/// Rewrites a piece of text before it is cut into words. Immutable.
class Normalizer {
public:
    virtual ~Normalizer() = default;
    /// Changes text in place; text is valid UTF-8 before and after.
    virtual void normalize(std::string& text) const = 0;
};

/// Reads the "normalizer" of a tokenizer.json; null gives one that changes nothing. Throws Error{Unsupported} for a
/// type that Vernier does not know.
std::unique_ptr<const Normalizer> readNormalizer(const JsonView& json);

/// Brings text into Unicode normalization form C (UAX #15) in O(n log n).
void composeNfc(std::string& text);

} // namespace vernier
