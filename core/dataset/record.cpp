#include "core/dataset/record.h"

#include "core/base/utf8.h"
#include "core/dataset/bounded_json.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 4> kTextFields = {"messages", "conversations", "text", "content"};

ParsedRecord refuse(std::string reason) {
    return {std::nullopt, std::move(reason)};
}

std::string inQuotes(std::string_view name) {
    return fmt::format("\"{}\"", name);
}

/// Name of the member that holds the text; exports of tables write null for an absent column, so null counts as absent.
std::optional<std::string> chooseField(const Json& record, const std::string& wanted) {
    const auto present = [&](std::string_view name) {
        const auto at = record.find(std::string(name));
        return at != record.end() && !at->is_null();
    };
    if (!wanted.empty())
        return present(wanted) ? std::optional(wanted) : std::nullopt;
    for (const std::string_view name : kTextFields)
        if (present(name))
            return std::string(name);
    return std::nullopt;
}

std::string missingField(const std::string& wanted, const std::vector<std::string>& others) {
    std::string reason = wanted.empty() ? fmt::format("has none of the fields \"{}\"", fmt::join(kTextFields, "\", \""))
                                        : fmt::format("has no field {}", inQuotes(wanted));
    if (!others.empty())
        reason += fmt::format(" (it has \"{}\")", fmt::join(others, "\", \""));
    return reason;
}

std::string kindOf(const Json& value) {
    if (value.is_object())
        return "an object";
    if (value.is_array())
        return "a list";
    return fmt::format("a {}", value.type_name());
}

std::string openAiRole(const std::string& shareGpt) {
    if (shareGpt == "human")
        return "user";
    if (shareGpt == "gpt")
        return "assistant";
    return shareGpt;
}

/// The message as role, content and whatever else it carries, in its own key order; nothing when it is no message.
std::optional<Json> openAiMessage(const Json& source) {
    if (!source.is_object())
        return std::nullopt;
    const bool isShareGpt = !source.contains("role") && source.contains("from");
    Json message = Json::object();
    for (const auto& [key, value] : source.items()) {
        if (isShareGpt && key == "from")
            message["role"] = value.is_string() ? Json(openAiRole(value.get_ref<const std::string&>())) : value;
        else if (isShareGpt && key == "value")
            message["content"] = value;
        else
            message[key] = value;
    }
    if (!message.contains("role") || !message["role"].is_string())
        return std::nullopt;
    // Null content goes with tool calls, a list of parts with several media: templates decide what they make of them.
    const auto content = message.find("content");
    if (content != message.end() && !content->is_string() && !content->is_null() && !content->is_array())
        return std::nullopt;
    return message;
}

ParsedRecord conversation(const Json& list, const std::string& field) {
    if (list.empty())
        return refuse(fmt::format("field {} has no messages", inQuotes(field)));
    Json messages = Json::array();
    for (std::size_t i = 0; i < list.size(); ++i) {
        std::optional<Json> message = openAiMessage(list[i]);
        if (!message)
            return refuse(fmt::format("message {} of field {} has no role and content", i + 1, inQuotes(field)));
        messages.push_back(std::move(*message));
    }
    ParsedRecord parsed{Document{}, {}};
    parsed.document->text = messages.dump();
    parsed.document->isConversation = true;
    return parsed;
}

ParsedRecord parseValid(std::string_view bytes, const std::string& wanted) {
    const auto keep = [&](std::string_view name) {
        return name == "domain" ||
               (wanted.empty() ? std::find(kTextFields.begin(), kTextFields.end(), name) != kTextFields.end()
                               : name == wanted);
    };
    const BoundedJson json = parseBounded(bytes, keep);
    if (!json.problem.empty())
        return refuse(json.problem);
    if (!json.value.is_object())
        return refuse(fmt::format("is {}, not an object", kindOf(json.value)));
    const std::optional<std::string> field = chooseField(json.value, wanted);
    if (!field)
        return refuse(missingField(wanted, json.ignored));

    const Json& value = json.value[*field];
    ParsedRecord parsed;
    if (value.is_array()) {
        parsed = conversation(value, *field);
    } else if (!value.is_string()) {
        return refuse(fmt::format("field {} is {}, not a text", inQuotes(*field), kindOf(value)));
    } else if (value.get_ref<const std::string&>().empty()) {
        return refuse(fmt::format("field {} is empty", inQuotes(*field)));
    } else {
        parsed.document = Document{};
        parsed.document->text = value.get<std::string>();
    }
    if (parsed.document) {
        parsed.document->field = *field;
        if (const auto domain = json.value.find("domain"); domain != json.value.end() && domain->is_string())
            parsed.document->domain = domain->get<std::string>();
    }
    return parsed;
}

} // namespace

ParsedRecord parseRecord(std::string_view bytes, const std::string& field) {
    if (bytes.size() > kMaxRecordBytes)
        return refuse(fmt::format("has {} bytes, more than the {} allowed", bytes.size(), kMaxRecordBytes));
    if (countInvalidUtf8(bytes) == 0)
        return parseValid(bytes, field);
    const RepairedText repaired = repairUtf8(bytes);
    ParsedRecord parsed = parseValid(repaired.text, field);
    if (parsed.document)
        parsed.document->replacedBytes = static_cast<std::uint32_t>(repaired.replacements);
    return parsed;
}

} // namespace vernier
