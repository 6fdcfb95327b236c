#pragma once

#include "core/text/fallback_bytes.h"
#include "core/text/junctions.h"
#include "core/text/merge_table.h"
#include "core/text/token_model.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace vernier {

/// Turns words into tokens by byte-pair encoding, as the "model" of type BPE in a tokenizer.json says. Immutable.
class BpeModel : public TokenModel {
public:
    /// Reads the model. byteLevel says that the vocabulary is spelt in the byte alphabet. Throws Error{Input} for
    /// merges that name tokens outside the vocabulary, Error{Unsupported} for dropout and for sub-word prefixes and
    /// suffixes.
    BpeModel(const JsonView& json, bool byteLevel);

    void encode(std::string_view word, std::vector<std::int32_t>& ids, ModelScratch& scratch,
                Pacer& pacer) const override;
    void encode(std::string_view word, std::vector<std::int32_t>& ids, std::vector<std::uint32_t>& lengths,
                ModelScratch& scratch, Pacer& pacer) const override;

    const Vocabulary& vocabulary() const override { return m_vocabulary; }
    std::optional<char> fallbackByte(std::int32_t id) const override { return m_fallback.byteOf(id); }

private:
    void refuseUnknownSettings(const JsonView& json) const;
    void findSymbols();
    void readMerges(const JsonView& merges);
    bool mayCut(const std::vector<bool>& merged) const;
    std::string_view characterAt(std::string_view word, std::size_t at) const;
    std::int32_t symbolOf(std::string_view character) const;
    void appendSymbols(std::string_view word, std::vector<std::int32_t>& tokens) const;
    void encodeRemembered(std::string_view word, std::vector<std::int32_t>& ids, ModelScratch& scratch,
                          Pacer& pacer) const;
    void encodeAnew(std::string_view word, ModelScratch& scratch, Pacer& pacer) const;
    std::size_t skipUnknown(std::string_view word, std::size_t at, std::size_t atMost) const;

    bool m_fuseUnknown, m_ignoreMerges;
    Vocabulary m_vocabulary;
    std::int32_t m_unknown = -1;
    MergeTable m_merges;
    FallbackBytes m_fallback;
    std::array<std::int32_t, 256> m_byteSymbols{}; ///< token of a single byte or ASCII character; -1 for none
    std::optional<Junctions> m_junctions;          ///< where words may be cut; nothing when nowhere safely
};

} // namespace vernier
