#pragma once

#include "core/export/gguf/gguf_value.h"

#include <filesystem>

namespace vernier {

/// The tokenizer of a model folder as llama.cpp's metadata: of tokenizer.model, or a BPE tokenizer.json with byte
/// fallback, "llama" with scores; of a byte-level BPE tokenizer.json "gpt2" with merges and the name of its
/// pre-tokenizer; special tokens, chat template. Tokens beyond the vocabulary, up to vocabularySize, are filled up as
/// unused. Throws Error{Unsupported} for tokenizers that llama.cpp has no name for, Error{Input} for what is malformed.
GgufMetadata ggufTokenizer(const std::filesystem::path& folder, std::int64_t vocabularySize);

} // namespace vernier
