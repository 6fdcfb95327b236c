#pragma once

#include "core/base/job.h"
#include "core/dataset/document.h"
#include "core/dataset/packing_recipe.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <functional>
#include <span>

namespace vernier {

/// Is what windows are made of. Good for one call.
struct PackingInput {
    std::span<const DocumentView> documents;
    const Tokenizer& tokenizer;
    const ChatTemplate* chatTemplate; ///< may be null
    const PackingRecipe& recipe;
};

/// Receives a document's own tokens, with its position in the list.
using TakeDocument = std::function<void(std::uint32_t document, std::span<const std::int32_t> text)>;

/// How many tokens are still wanted: an estimate of how far to read ahead; 0 ends the reading.
using LackingTokens = std::function<std::uint64_t()>;

/// Hands documents to take one by one in the order of the recipe, as the tokens of their rendered text, on the calling
/// thread; asks before each how many tokens are lacking. Returns how many were left out for the recipe's minimum
/// lengths. What is taken does not depend on the number of threads. Progress counts documents. Throws as
/// renderDocument() does; Cancelled.
std::uint64_t readDocuments(const PackingInput& input, const LackingTokens& lacking, const TakeDocument& take,
                            JobContext& job);

} // namespace vernier
