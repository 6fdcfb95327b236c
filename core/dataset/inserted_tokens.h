#pragma once

#include "core/dataset/packing_recipe.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <vector>

namespace vernier {

/// Holds the tokens that a recipe inserts, by where they stand.
struct InsertedTokens {
    std::vector<std::int32_t> window;    ///< at the beginning of every window
    std::vector<std::int32_t> before;    ///< before every document
    std::vector<std::int32_t> behind;    ///< behind every document
    std::vector<std::int32_t> separator; ///< behind every document and what is inserted there
};

/// Finds what a recipe inserts with a tokenizer. Where documents have windows of their own, none is separated, and what
/// begins a window begins a document. Throws Error{Input} naming the field of the recipe for a token that the tokenizer
/// does not have.
InsertedTokens insertedTokens(const PackingRecipe& recipe, const Tokenizer& tokenizer);

/// The token windows are filled up with: the one the tokenizer names for it, else end-of-text, else 0. Nothing reads
/// it.
std::int32_t paddingToken(const Tokenizer& tokenizer);

} // namespace vernier
