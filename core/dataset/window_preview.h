#pragma once

#include "core/dataset/read_documents.h"
#include "core/dataset/token_windows.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// "text", "before", "behind", "separator" or "padding".
std::string_view nameOf(TokenOrigin origin);

/// Shows one token of a window as the model will see it.
struct PreviewToken {
    std::int32_t id = 0;
    std::string bytes;          ///< what the token stands for; may be part of a UTF-8 sequence
    std::uint32_t document = 0; ///< position in the list that was packed
    TokenOrigin origin = TokenOrigin::Text;
    bool isSpecial = false; ///< the tokenizer calls it special, wherever it came from
    std::string role;       ///< of the conversation's message it belongs to; empty where there is none
};

/// Lists the tokens of one window that packDocuments() made of the input. Roles are those of conversations that went
/// through the chat template, as far as the template lets its messages be told apart (renderWithSpans()). Throws
/// Error{Input} when there is no such window.
std::vector<PreviewToken> previewWindow(const TokenWindows& windows, std::int64_t window, const PackingInput& input,
                                        const JobContext& job);

} // namespace vernier
