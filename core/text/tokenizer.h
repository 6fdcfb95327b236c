#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

struct EncodeOptions {
    bool addSpecialTokens = false; ///< insert what the tokenizer's post-processor adds (BOS, EOS)
};

/// Turns text into token ids and back, as the Hugging Face tokenizer.json of a model says. Immutable; any number of
/// threads may call it.
class Tokenizer {
public:
    /// Loads tokenizer.json and, beside it, tokenizer_config.json from a model folder. Throws Error{Input} naming file
    /// and key for what is malformed, Error{Unsupported} naming the type for a kind of model, normalizer or
    /// pre-tokenizer that Vernier does not know.
    static Tokenizer load(const std::filesystem::path& folder);

    Tokenizer(Tokenizer&&) noexcept;
    Tokenizer& operator=(Tokenizer&&) noexcept;
    ~Tokenizer();

    /// Token ids of valid UTF-8 text; special tokens that stand in the text are recognised.
    std::vector<std::int32_t> encode(std::string_view text, const EncodeOptions& options = {}) const;

    /// Text of ids; ids outside the vocabulary become U+FFFD. Special tokens are written as they are.
    std::string decode(const std::vector<std::int32_t>& ids) const;

    /// The bytes one token stands for; may be part of a UTF-8 sequence. Empty for ids outside the vocabulary.
    std::string tokenBytes(std::int32_t id) const;

    std::size_t vocabularySize() const; ///< highest id + 1
    std::optional<std::int32_t> idOf(std::string_view token) const;
    std::optional<std::int32_t> beginOfText() const; ///< bos_token of tokenizer_config.json
    std::optional<std::int32_t> endOfText() const;   ///< eos_token of tokenizer_config.json
    bool isSpecial(std::int32_t id) const;

    /// SHA-256 over the files that decide the ids; part of every cache key that depends on tokens.
    const std::string& fingerprint() const;

private:
    struct Pipeline;
    explicit Tokenizer(std::unique_ptr<const Pipeline> pipeline);
    std::unique_ptr<const Pipeline> m_pipeline;
};

} // namespace vernier
