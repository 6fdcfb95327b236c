#pragma once

#include "core/text/tokenizer.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// The ids a model begins to write from: those of the prompt, or for an empty one the begin-of-text token, else the
/// end-of-text token, which begins a new text in most models. Throws Error{Input} when there is none of these.
std::vector<std::int32_t> promptIds(const Tokenizer& tokenizer, std::string_view prompt);

/// Ids as text, without the tokens that begin and end a text; always UTF-8.
std::string writtenText(const Tokenizer& tokenizer, std::vector<std::int32_t> ids);

/// Ids as text token by token, each piece and all of them joined valid UTF-8: of a character that several tokens share,
/// the last one has all.
std::vector<std::string> tokenPieces(const Tokenizer& tokenizer, std::span<const std::int32_t> ids);

/// The tokens at which a model stops writing.
std::vector<std::int32_t> stopTokens(const Tokenizer& tokenizer);

} // namespace vernier
