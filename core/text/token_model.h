#pragma once

#include "core/text/bpe_merge.h"
#include "core/text/json_view.h"
#include "core/text/pacer.h"
#include "core/text/vocabulary.h"
#include "core/text/word_cache.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace vernier {

/// Is how the best way to cut a word reaches one of its borders (Unigram).
struct LatticeNode {
    double score = 0;         ///< of the best cut up to here
    std::uint32_t length = 0; ///< bytes of its last token; 0 while no cut reaches this border
    std::int32_t token = -1;
};

/// Holds what one thread needs to encode words: remembered ones and buffers. Not thread-safe.
struct ModelScratch {
    WordCache words;
    BpeMerger merger;
    std::vector<std::int32_t> tokens;
    std::vector<LatticeNode> lattice;
};

/// Is the "model" of a tokenizer.json: turns words into tokens. Immutable.
class TokenModel {
public:
    virtual ~TokenModel() = default;

    /// Appends the tokens of a word of valid UTF-8.
    virtual void encode(std::string_view word, std::vector<std::int32_t>& ids, ModelScratch& scratch,
                        Pacer& pacer) const = 0;
    /// Appends as well how many bytes of the word each token covers. They lie in order and side by side; bytes that
    /// became no token count to a neighbour, so that together they cover the word unless no token came of it.
    virtual void encode(std::string_view word, std::vector<std::int32_t>& ids, std::vector<std::uint32_t>& lengths,
                        ModelScratch& scratch, Pacer& pacer) const = 0;

    virtual const Vocabulary& vocabulary() const = 0;
    /// The byte that a token like "<0x0A>" stands for when characters outside the vocabulary fall back to bytes.
    virtual std::optional<char> fallbackByte(std::int32_t id) const = 0;
};

/// Reads the "model" of a tokenizer.json, of type BPE or Unigram. byteLevel says that its vocabulary is spelt in the
/// byte alphabet. Throws Error{Unsupported} naming any other type.
std::unique_ptr<const TokenModel> readTokenModel(const JsonView& json, bool byteLevel);

} // namespace vernier
