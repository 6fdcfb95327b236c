#pragma once

#include "core/text/fallback_bytes.h"
#include "core/text/prefix_trie.h"
#include "core/text/token_model.h"

namespace vernier {

/// Cuts words so that the scores of the tokens add up to the most (Kudo 2018, arXiv 1804.10959; Viterbi's search), as
/// the "model" of type Unigram in a tokenizer.json says. Characters outside the vocabulary fall back to bytes or become
/// the unknown token, one for a run of them. Immutable.
class UnigramModel : public TokenModel {
public:
    /// Throws Error{Input} for a vocabulary that is no list of [token, finite score] and for an unk_id outside it.
    explicit UnigramModel(const JsonView& json);

    /// Throws Error{Input} for a character outside the vocabulary when there is no unknown token either.
    void encode(std::string_view word, std::vector<std::int32_t>& ids, ModelScratch& scratch,
                Pacer& pacer) const override;
    void encode(std::string_view word, std::vector<std::int32_t>& ids, std::vector<std::uint32_t>& lengths,
                ModelScratch& scratch, Pacer& pacer) const override;

    const Vocabulary& vocabulary() const override { return m_vocabulary; }
    std::optional<char> fallbackByte(std::int32_t id) const override { return m_fallback.byteOf(id); }

private:
    /// Collects tokens in reading order; runs of unknown characters wait until they end.
    struct Output {
        std::vector<std::int32_t>& ids;
        std::vector<std::uint32_t>* lengths;
        std::string_view word;
        std::size_t unknownBegin = 0, unknownEnd = 0;
    };

    void cut(std::string_view word, Output& output, ModelScratch& scratch, Pacer& pacer) const;
    void appendBest(std::size_t begin, std::size_t end, Output& output, std::vector<LatticeNode>& lattice) const;
    void appendUnknown(Output& output) const;

    std::string m_place;
    Vocabulary m_vocabulary;
    std::vector<double> m_scores; ///< by id
    double m_unknownScore;
    std::int32_t m_unknown; ///< -1 for none
    PrefixTrie m_trie;
    FallbackBytes m_fallback;
};

} // namespace vernier
