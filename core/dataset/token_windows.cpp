#include "core/dataset/token_windows.h"

#include "core/base/sha256.h"
#include "core/dataset/pack_concatenated.h"
#include "core/dataset/pack_single.h"

#include <bit>

namespace vernier {

std::string TokenWindows::hash() const {
    static_assert(std::endian::native == std::endian::little, "ids are hashed as little-endian int32");
    Sha256 hash;
    const std::int32_t length = sequenceLength;
    hash.update(std::as_bytes(std::span(&length, 1)));
    hash.update(std::as_bytes(std::span(ids)));
    hash.update(std::as_bytes(std::span(validLengths)));
    return hash.finish();
}

TokenWindows packDocuments(std::span<const DocumentView> documents, const Tokenizer& tokenizer,
                           const ChatTemplate* chatTemplate, const PackingRecipe& recipe, JobContext& job) {
    recipe.validate();
    const PackingInput input{documents, tokenizer, chatTemplate, recipe};
    return recipe.mode == PackingMode::OnePerWindow ? packSingle(input, job) : packConcatenated(input, job);
}

} // namespace vernier
