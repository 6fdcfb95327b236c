#pragma once

#include "core/text/text_span.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

class JobContext;
struct TokenizerPipeline;

struct EncodeOptions {
    bool addSpecialTokens = false; ///< insert what the tokenizer's post-processor adds (BOS, EOS)
};

/// Is a text as tokens, each with the bytes of the text it stems from.
struct EncodedText {
    std::vector<std::int32_t> ids;
    std::vector<TextSpan> spans; ///< one per id, begins and ends never falling
};

/// Turns text into token ids and back, as the Hugging Face tokenizer.json of a model says, or its sentencepiece
/// tokenizer.model where that is all there is. Immutable; any number of threads may call it.
class Tokenizer {
public:
    /// Loads tokenizer.json, else tokenizer.model, and beside it tokenizer_config.json from a model folder. Throws
    /// Error{Input} naming file and key for what is malformed, Error{Unsupported} naming the type for a kind of model,
    /// normalizer or pre-tokenizer that Vernier does not know.
    static Tokenizer load(const std::filesystem::path& folder);

    Tokenizer(Tokenizer&&) noexcept;
    Tokenizer& operator=(Tokenizer&&) noexcept;
    ~Tokenizer();

    /// Token ids of UTF-8 text (invalid sequences become U+FFFD); special tokens that stand in the text are recognised.
    std::vector<std::int32_t> encode(std::string_view text, const EncodeOptions& options = {}) const;
    /// The same, inside a job: throws Error{Cancelled} within 100 ms of being asked to stop, however long the text
    /// (with tokenizer.model: at the next special token).
    std::vector<std::int32_t> encode(std::string_view text, const EncodeOptions& options, const JobContext& job) const;

    /// The same ids with the bytes each stems from. Where normalization leaves the text alone, the spans are exact and
    /// lie side by side; byte-level tokens may end inside a character. A token cut out of a replacement (NFKC, "…" to
    /// "...") gets all that was replaced, one that was inserted ("▁" in front, BOS, EOS) an empty span. In text that is
    /// no UTF-8 the spans count in the repaired one (repairUtf8).
    EncodedText encodeWithOffsets(std::string_view text, const EncodeOptions& options, const JobContext& job) const;
    EncodedText encodeWithOffsets(std::string_view text, const EncodeOptions& options = {}) const;

    /// Text of ids; ids outside the vocabulary become U+FFFD. Special tokens are written as they are.
    std::string decode(const std::vector<std::int32_t>& ids) const;

    /// The bytes one token stands for; may be part of a UTF-8 sequence. Empty for ids outside the vocabulary.
    std::string tokenBytes(std::int32_t id) const;

    std::size_t vocabularySize() const; ///< highest id + 1
    std::optional<std::int32_t> idOf(std::string_view token) const;
    std::optional<std::int32_t> beginOfText() const;      ///< bos_token of tokenizer_config.json
    std::optional<std::int32_t> endOfText() const;        ///< eos_token of tokenizer_config.json
    std::optional<std::int32_t> padding() const;          ///< pad_token of tokenizer_config.json
    std::span<const std::int32_t> insertedBefore() const; ///< what addSpecialTokens puts before the ids of a text
    std::span<const std::int32_t> insertedBehind() const; ///< and behind them
    bool isSpecial(std::int32_t id) const;

    /// SHA-256 over the files that decide the ids; part of every cache key that depends on tokens.
    const std::string& fingerprint() const;

private:
    struct Scratches;
    explicit Tokenizer(std::unique_ptr<const TokenizerPipeline> pipeline);
    void encode(std::string_view text, const EncodeOptions& options, const JobContext* job,
                std::vector<std::int32_t>& ids, std::vector<TextSpan>* spans) const;

    std::unique_ptr<const TokenizerPipeline> m_pipeline;
    std::unique_ptr<Scratches> m_scratches;
};

} // namespace vernier
