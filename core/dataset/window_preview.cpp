#include "core/dataset/window_preview.h"

#include "core/base/error.h"
#include "core/dataset/inserted_tokens.h"
#include "core/dataset/pack_single.h"
#include "core/text/message_spans.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

/// Tokens of the document's own text that stand before a window: of concatenated documents those in the windows before
/// it, of one truncated at its head those that were cut off.
std::size_t textBefore(const TokenWindows& windows, std::size_t windowBegin, std::uint32_t document,
                       std::size_t documentTokens, const PackingInput& input) {
    if (input.recipe.mode == PackingMode::OnePerWindow) {
        const InsertedTokens inserted = insertedTokens(input.recipe, input.tokenizer);
        const std::size_t room =
            static_cast<std::size_t>(windows.sequenceLength) - inserted.before.size() - inserted.behind.size();
        return firstKept(input.documents[document], documentTokens, room, input.recipe);
    }
    std::size_t count = 0;
    for (std::size_t at = windowBegin; at > 0 && windows.documents[at - 1] == document; --at)
        count += windows.origins[at - 1] == TokenOrigin::Text;
    return count;
}

/// Gives the text tokens of one document their roles; tokens are those of the window from its first one on.
void assignRoles(std::span<PreviewToken> tokens, const TokenWindows& windows, std::size_t windowBegin,
                 const PackingInput& input, const JobContext& job) {
    const std::uint32_t document = tokens.front().document;
    const RenderedConversation rendered = renderWithSpans(*input.chatTemplate, messagesOf(input.documents[document]));
    const EncodedText encoded = input.tokenizer.encodeWithOffsets(rendered.text, {}, job);
    std::size_t at = textBefore(windows, windowBegin, document, encoded.ids.size(), input);
    auto message = rendered.messages.begin();
    for (PreviewToken& token : tokens) {
        if (token.origin != TokenOrigin::Text)
            continue;
        if (at >= encoded.spans.size())
            return;
        while (message != rendered.messages.end() && message->span.end <= encoded.spans[at].begin)
            ++message;
        if (message == rendered.messages.end())
            return;
        token.role = message->role;
        ++at;
    }
}

} // namespace

std::string_view nameOf(TokenOrigin origin) {
    switch (origin) {
    case TokenOrigin::Text:
        return "text";
    case TokenOrigin::Before:
        return "before";
    case TokenOrigin::Behind:
        return "behind";
    case TokenOrigin::Separator:
        return "separator";
    case TokenOrigin::Padding:
        return "padding";
    }
    return "";
}

std::vector<PreviewToken> previewWindow(const TokenWindows& windows, std::int64_t window, const PackingInput& input,
                                        const JobContext& job) {
    if (window < 0 || window >= windows.count())
        throw Error(ErrorKind::Input, "window", fmt::format("there is no window {}", window),
                    fmt::format("choose 0 to {}", windows.count() - 1));
    const auto length = static_cast<std::size_t>(windows.sequenceLength);
    const std::size_t begin = static_cast<std::size_t>(window) * length;
    std::vector<PreviewToken> tokens;
    for (std::size_t at = begin; at < begin + length; ++at) {
        const std::int32_t id = windows.ids[at];
        tokens.push_back({id,
                          input.tokenizer.tokenBytes(id),
                          windows.documents[at],
                          windows.origins[at],
                          input.tokenizer.isSpecial(id),
                          {}});
    }
    if (!input.chatTemplate || !input.recipe.applyChatTemplate)
        return tokens;
    for (auto first = tokens.begin(); first != tokens.end();) {
        const auto end = std::find_if(first, tokens.end(),
                                      [&](const PreviewToken& token) { return token.document != first->document; });
        job.throwIfCancelled();
        if (input.documents[first->document].isConversation)
            assignRoles({first, end}, windows, begin, input, job);
        first = end;
    }
    return tokens;
}

} // namespace vernier
