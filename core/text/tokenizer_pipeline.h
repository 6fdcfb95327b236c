#pragma once

#include "core/text/added_tokens.h"
#include "core/text/decoder.h"
#include "core/text/normalizer.h"
#include "core/text/post_processor.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/token_model.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Holds what one call of encode needs; worth keeping between calls for the words it remembers.
struct PipelineScratch {
    TextScratch text;
    ModelScratch model;
};

/// Is where encode writes to: ids and, unless null, the bytes of the source that each of them stems from.
struct TokenSink {
    std::vector<std::int32_t>& ids;
    std::vector<TextSpan>* spans = nullptr;
};

/// Is a tokenizer taken apart into its steps, in their order. Immutable once built.
struct TokenizerPipeline {
    std::string fingerprint; ///< SHA-256 over the files that decide the ids
    std::unique_ptr<const Normalizer> normalizer;
    PreTokenization preTokenization;
    std::unique_ptr<const TokenModel> model;
    AddedTokens addedTokens;
    PostProcessor postProcessor;
    Decoder decoder;
    std::optional<std::int32_t> beginOfText, endOfText, padding;

    /// Appends the tokens of valid UTF-8 text. Throws Error{Cancelled} when the pacer's job is.
    void encode(std::string_view text, const TokenSink& sink, PipelineScratch& scratch) const;
    std::optional<std::int32_t> idOf(std::string_view token) const;
    bool contains(std::int32_t id) const { return addedTokens.find(id) || model->vocabulary().contains(id); }
    /// The text of one token, "▁" and bytes resolved.
    std::string spell(std::int32_t id) const;

private:
    void encodePiece(std::string_view text, const TextSpan& piece, const TokenSink& sink,
                     PipelineScratch& scratch) const;
    void encodeWords(Words words, const TokenSink& sink, PipelineScratch& scratch) const;
};

/// Reads tokenizer.json. Throws Error{Input} naming file and key for what is malformed, Error{Unsupported} naming the
/// type of a step that Vernier does not know.
std::unique_ptr<TokenizerPipeline> readPipeline(const JsonView& file);

} // namespace vernier
