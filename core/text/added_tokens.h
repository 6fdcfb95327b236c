#pragma once

#include "core/text/json_view.h"
#include "core/text/normalizer.h"
#include "core/text/regex.h"
#include "core/text/token_trie.h"
#include "core/text/vocabulary.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vernier {

/// Is a token that is found in the text before the model sees it, as an entry of "added_tokens" says.
struct AddedToken {
    std::int32_t id = 0;
    std::string content;
    bool special = false;    ///< a control token like <|endoftext|>
    bool normalized = false; ///< looked for in the normalized text
    bool lstrip = false;     ///< takes the white space before it along
    bool rstrip = false;     ///< takes the white space behind it along
    bool singleWord = false; ///< counts only between characters that do not belong to words
};

/// Cuts added tokens out of texts: in a first round those of the raw text, in a second those of the normalized text.
/// Immutable.
class AddedTokens {
public:
    /// Is a stretch of text: an added token, or what lies between two.
    struct Piece {
        TextSpan span;
        std::optional<std::int32_t> token;
    };

    AddedTokens() = default;
    /// Reads "added_tokens". Throws Error{Input} for malformed entries, and for ids that contradict vocabulary.
    AddedTokens(const JsonView& json, const Vocabulary& vocabulary, const Normalizer& normalizer);

    std::vector<Piece> splitRaw(std::string_view text) const { return split(text, m_raw); }
    std::vector<Piece> splitNormalized(std::string_view text) const { return split(text, m_normalized); }

    const AddedToken* find(std::int32_t id) const;
    std::optional<std::int32_t> idOf(std::string_view content) const;
    std::size_t size() const { return m_tokens.size(); }
    std::int32_t highestId() const; ///< -1 when there are none

private:
    std::vector<Piece> split(std::string_view text, const TokenTrie& trie) const;

    std::unordered_map<std::int32_t, AddedToken> m_tokens;
    std::unordered_map<std::string, std::int32_t> m_ids;
    TokenTrie m_raw, m_normalized;
};

} // namespace vernier
