#pragma once

#include "core/text/json_view.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vernier {

/// Numbers the tokens of a model, both ways. Immutable once read.
class Vocabulary {
public:
    static constexpr std::int64_t kHighestId = 16'000'000;

    /// Reads a "vocab" object of token: id. byteLevel says that tokens are spelt in the alphabet of byte_alphabet.h;
    /// they are kept as the bytes they stand for. Throws Error{Input} for an id that is no integer, negative, above
    /// kHighestId or used twice.
    Vocabulary(const JsonView& vocab, bool byteLevel);
    /// Takes tokens whose ids are their positions; of equal ones find() gives the last. Throws Error{Input} naming
    /// place when there are none or more than kHighestId.
    Vocabulary(const JsonView& place, const std::vector<std::string>& tokens);

    /// Id of the token that stands for these bytes.
    std::optional<std::int32_t> find(std::string_view bytes) const;
    /// Id of the token that the file writes like this.
    std::optional<std::int32_t> findSpelling(std::string_view spelling) const;
    /// Bytes of a token; empty for ids that are not in use.
    std::string_view bytes(std::int32_t id) const;

    Vocabulary(Vocabulary&&) noexcept = default;
    Vocabulary(const Vocabulary&) = delete;
    Vocabulary& operator=(const Vocabulary&) = delete;

    bool byteLevel() const { return m_byteLevel; }
    std::size_t size() const { return m_tokens.size(); } ///< highest id + 1
    bool contains(std::int32_t id) const;

private:
    std::string_view store(std::string_view token);

    bool m_byteLevel;
    std::vector<char> m_characters;         ///< of all tokens, one behind the other
    std::vector<std::string_view> m_tokens; ///< into m_characters; null for ids that are not in use
    std::unordered_map<std::string_view, std::int32_t> m_ids;
    std::unordered_map<std::string_view, std::int32_t> m_foreignIds; ///< tokens that the byte alphabet cannot spell
};

/// Checks an id of a tokenizer.json; throws Error{Input} unless it is an integer from 0 to Vocabulary::kHighestId.
std::int32_t readTokenId(const JsonView& json);

} // namespace vernier
