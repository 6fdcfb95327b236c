#pragma once

#include "core/text/aligned_text.h"
#include "core/text/json_view.h"
#include "core/text/text_scratch.h"

#include <memory>

namespace vernier {

/// Rewrites a piece of text before it is cut into words. Immutable.
class Normalizer {
public:
    virtual ~Normalizer() = default;
    /// Changes text in place; text is valid UTF-8 before and after. Throws Error{Input} when it would grow beyond 2 GB.
    virtual void normalize(AlignedText& text, TextScratch& scratch) const = 0;
};

/// Reads the "normalizer" of a tokenizer.json; null gives one that changes nothing. Throws Error{Unsupported} for a
/// type that Vernier does not know.
std::unique_ptr<const Normalizer> readNormalizer(const JsonView& json);

} // namespace vernier
