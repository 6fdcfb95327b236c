#pragma once

#include "core/text/sentencepiece_file.h"
#include "core/text/token_model.h"

#include <memory>

namespace vernier {

/// Turns text into tokens with the sentencepiece library (Kudo and Richardson 2018, arXiv 1808.06226). It is given
/// whole pieces of text, which it normalizes and cuts itself, and cannot be stopped inside one. Immutable.
class SentencePieceModel : public TokenModel {
public:
    /// Hands the library a file that readSentencePieceFile has checked. Throws Error{Input} naming place when the
    /// library refuses it all the same.
    SentencePieceModel(const SentencePieceFile& file, const JsonView& place);
    ~SentencePieceModel() override;

    /// Throws Error{Input} for a piece of text above 256 MB.
    void encode(std::string_view word, std::vector<std::int32_t>& ids, ModelScratch& scratch,
                Pacer& pacer) const override;
    void encode(std::string_view word, std::vector<std::int32_t>& ids, std::vector<std::uint32_t>& lengths,
                ModelScratch& scratch, Pacer& pacer) const override;

    const Vocabulary& vocabulary() const override;
    std::optional<char> fallbackByte(std::int32_t id) const override;

private:
    struct Library;
    std::unique_ptr<const Library> m_library;
};

} // namespace vernier
