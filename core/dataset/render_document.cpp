#include "core/dataset/render_document.h"

#include "core/base/error.h"
#include "core/dataset/bounded_json.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

/// Text of one message's content: itself, or the text parts of a list of parts.
std::string contentText(const nlohmann::json& message) {
    const auto content = message.find("content");
    if (content == message.end())
        return {};
    if (content->is_string())
        return content->get<std::string>();
    std::string text;
    if (content->is_array())
        for (const auto& part : *content)
            if (part.is_object() && part.contains("text") && part["text"].is_string())
                text += part["text"].get_ref<const std::string&>();
    return text;
}

std::string joinContents(const nlohmann::json& messages) {
    std::string text;
    for (const auto& message : messages) {
        const std::string content = contentText(message);
        if (content.empty())
            continue;
        if (!text.empty())
            text += '\n';
        text += content;
    }
    return text;
}

} // namespace

nlohmann::json messagesOf(const DocumentView& document) {
    BoundedJson parsed = parseBounded(document.text);
    const bool isList =
        parsed.problem.empty() && parsed.value.is_array() &&
        std::all_of(parsed.value.begin(), parsed.value.end(), [](const auto& m) { return m.is_object(); });
    if (!isList)
        throw Error(ErrorKind::Input, placeOf(document), "is a conversation whose text is no list of messages",
                    "import it again");
    return nlohmann::json(parsed.value);
}

std::string renderDocument(const DocumentView& document, const ChatTemplate* chatTemplate,
                           const PackingRecipe& recipe) {
    if (!document.isConversation)
        return std::string(document.text);
    const nlohmann::json messages = messagesOf(document);
    if (!recipe.applyChatTemplate)
        return joinContents(messages);
    if (!chatTemplate)
        throw Error(ErrorKind::Input, placeOf(document), "is a conversation, and the model has no chat template",
                    "pack without the chat template, or add chat_template to tokenizer_config.json");
    try {
        return chatTemplate->render(messages);
    } catch (const Error& failure) {
        if (failure.kind() == ErrorKind::Cancelled || failure.kind() == ErrorKind::Internal)
            throw;
        throw Error(ErrorKind::Input, placeOf(document),
                    fmt::format("the chat template refuses it: {}", failure.problem()),
                    "leave the document out, or pack without the chat template");
    }
}

} // namespace vernier
