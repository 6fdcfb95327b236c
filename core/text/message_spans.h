#pragma once

#include "core/text/chat_template.h"
#include "core/text/text_span.h"

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// Is the part of a rendered conversation that one message takes, its marks and separators included.
struct MessageSpan {
    std::string role; ///< empty when the message names none
    TextSpan span;
};

/// Is a rendered conversation and, message by message, where each stands.
struct RenderedConversation {
    std::string text;
    std::vector<MessageSpan> messages; ///< in order; together they cover the text unless there are none
};

/// Renders a conversation and tells its messages apart by rendering every beginning of it. Messages that the template
/// only renders together share one span: a system prompt written into the first user message, an answer whose thoughts
/// are left out once the conversation goes on. Throws as ChatTemplate::render() does for the whole conversation.
RenderedConversation renderWithSpans(const ChatTemplate& chatTemplate, const nlohmann::json& messages);

} // namespace vernier
