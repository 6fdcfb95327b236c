#pragma once

#include "core/text/bpe_merge.h"
#include "core/text/json_view.h"
#include "core/text/junctions.h"
#include "core/text/merge_table.h"
#include "core/text/vocabulary.h"
#include "core/text/word_cache.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace vernier {

/// Turns words into tokens by byte-pair encoding, as the "model" of type BPE in a tokenizer.json says. Immutable.
class BpeModel {
public:
    /// Holds what one thread needs to encode: remembered words and buffers.
    struct Scratch {
        WordCache words;
        BpeMerger merger;
        std::vector<std::int32_t> tokens;
    };

    /// Reads the model. byteLevel says that the vocabulary is spelt in the byte alphabet. Throws Error{Input} for
    /// merges that name tokens outside the vocabulary, Error{Unsupported} for dropout and for sub-word prefixes and
    /// suffixes.
    BpeModel(const JsonView& json, bool byteLevel);

    /// Appends the tokens of a word of valid UTF-8.
    void encode(std::string_view word, std::vector<std::int32_t>& ids, Scratch& scratch) const;

    const Vocabulary& vocabulary() const { return m_vocabulary; }
    /// The byte that a token like "<0x0A>" stands for when characters outside the vocabulary fall back to bytes.
    std::optional<char> fallbackByte(std::int32_t id) const;

private:
    void refuseUnknownSettings(const JsonView& json) const;
    void findSymbols();
    void readMerges(const JsonView& merges);
    bool mayCut(const std::vector<bool>& merged) const;
    void appendSymbols(std::string_view word, std::vector<std::int32_t>& tokens) const;
    bool appendFallback(std::string_view character, std::vector<std::int32_t>& tokens) const;
    void encodeRemembered(std::string_view word, std::vector<std::int32_t>& ids, Scratch& scratch) const;
    void encodeAnew(std::string_view word, Scratch& scratch) const;

    bool m_byteFallback, m_fuseUnknown, m_ignoreMerges;
    Vocabulary m_vocabulary;
    std::int32_t m_unknown = -1;
    MergeTable m_merges;
    std::array<std::int32_t, 256> m_byteSymbols{};   ///< token of a single byte or ASCII character; -1 for none
    std::array<std::int32_t, 256> m_fallbackBytes{}; ///< token "<0x..>"; -1 for none
    std::optional<Junctions> m_junctions;            ///< where words may be cut; nothing when nowhere safely
};

} // namespace vernier
