#pragma once

#include "core/dataset/read_documents.h"
#include "core/dataset/token_windows.h"

#include <cstddef>
#include <cstdint>

namespace vernier {

/// Gives each document a window of its own: what the recipe inserts stays whole around it, its text is truncated to
/// what room there is, and a shorter one is padded to the right or left out. Documents without any token are left out.
/// See packDocuments().
TokenWindows packSingle(const PackingInput& input, JobContext& job);

/// The first of `tokens` tokens of a document that stay when there is room for fewer. A random one depends on the seed
/// and on the document's content, so that the other documents of a set do not move it.
std::size_t firstKept(const DocumentView& document, std::size_t tokens, std::size_t room, const PackingRecipe& recipe);

} // namespace vernier
