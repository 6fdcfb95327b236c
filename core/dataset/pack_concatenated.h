#pragma once

#include "core/dataset/read_documents.h"
#include "core/dataset/token_windows.h"

namespace vernier {

/// Puts documents one behind the other, with what the recipe inserts between them, and cuts windows; the remainder that
/// fills none is dropped and counted. See packDocuments().
TokenWindows packConcatenated(const PackingInput& input, JobContext& job);

} // namespace vernier
