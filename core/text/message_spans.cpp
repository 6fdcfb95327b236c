#include "core/text/message_spans.h"

#include "core/base/error.h"

#include <optional>

#include <nlohmann/json.hpp>

namespace vernier {

namespace {

/// Where the first messages end in the text of all; nothing when the template renders them otherwise or not at all.
std::optional<std::size_t> borderBehind(const ChatTemplate& chatTemplate, const nlohmann::json& first,
                                        std::string_view text) {
    try {
        const std::string begin = chatTemplate.render(first);
        return text.starts_with(begin) ? std::optional(begin.size()) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt; // the template wants more of the conversation
    }
}

std::string roleOf(const nlohmann::json& message) {
    const auto role = message.find("role");
    return role != message.end() && role->is_string() ? role->get<std::string>() : std::string();
}

} // namespace

RenderedConversation renderWithSpans(const ChatTemplate& chatTemplate, const nlohmann::json& messages) {
    RenderedConversation result{chatTemplate.render(messages), {}};
    nlohmann::json first = nlohmann::json::array();
    std::size_t begin = 0, open = 0; // the messages from open on have no end yet
    for (const auto& message : messages) {
        first.push_back(message);
        result.messages.push_back({roleOf(message), {}});
        const auto border = first.size() == messages.size() ? std::optional(result.text.size())
                                                            : borderBehind(chatTemplate, first, result.text);
        if (!border || *border < begin)
            continue;
        for (; open < result.messages.size(); ++open)
            result.messages[open].span = {begin, *border};
        begin = *border;
    }
    return result;
}

} // namespace vernier
