#include "core/dataset/record.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

using Json = nlohmann::ordered_json;

ParsedRecord refuse(std::string reason) {
    return {std::nullopt, std::move(reason)};
}

std::string inQuotes(std::string_view name) {
    return fmt::format("\"{}\"", name);
}

/// Exports of tables write null for an absent column, so null counts as absent.
bool hasValue(const Json& record, const std::string& name) {
    const auto at = record.find(name);
    return at != record.end() && !at->is_null();
}

bool fits(const Json& record, const FieldMapping& mapping) {
    return mapping.isPair() ? hasValue(record, mapping.instruction) && hasValue(record, mapping.output)
                            : hasValue(record, mapping.text);
}

/// The text of a member, empty when it is absent; nothing when it is something else.
std::optional<std::string> optionalText(const Json& record, const std::string& name) {
    if (name.empty() || !hasValue(record, name))
        return std::string();
    const Json& value = record[name];
    return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}

std::string missingFields(const std::optional<FieldMapping>& wanted, const std::vector<std::string>& members) {
    std::vector<std::string> names;
    if (wanted)
        names.push_back(wanted->name());
    else
        for (const FieldMapping& known : knownMappings())
            names.push_back(known.name());
    std::string reason = wanted ? fmt::format("has no field \"{}\"", names[0])
                                : fmt::format("has none of the fields \"{}\"", fmt::join(names, "\", \""));
    if (!members.empty())
        reason += fmt::format(" (it has \"{}\")", fmt::join(members, "\", \""));
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

Json message(const char* role, std::string content) {
    Json result = Json::object();
    result["role"] = role;
    result["content"] = std::move(content);
    return result;
}

/// An instruction and its answer as the conversation they are.
ParsedRecord pair(const Json& record, const FieldMapping& mapping) {
    for (const std::string* name : {&mapping.instruction, &mapping.output})
        if (!record[*name].is_string())
            return refuse(fmt::format("field {} is {}, not a text", inQuotes(*name), kindOf(record[*name])));
        else if (record[*name].get_ref<const std::string&>().empty())
            return refuse(fmt::format("field {} is empty", inQuotes(*name)));
    const auto system = optionalText(record, mapping.system), input = optionalText(record, mapping.input);
    if (!system || !input)
        return refuse(fmt::format("field {} is not a text", inQuotes(system ? mapping.input : mapping.system)));
    Json messages = Json::array();
    if (!system->empty())
        messages.push_back(message("system", *system));
    auto question = record[mapping.instruction].get<std::string>();
    if (!input->empty())
        question += "\n\n" + *input;
    messages.push_back(message("user", std::move(question)));
    messages.push_back(message("assistant", record[mapping.output].get<std::string>()));
    ParsedRecord parsed{Document{}, {}};
    parsed.document->text = messages.dump();
    parsed.document->isConversation = true;
    return parsed;
}

ParsedRecord single(Json& value, const std::string& field) {
    if (value.is_array())
        return conversation(value, field);
    if (!value.is_string())
        return refuse(fmt::format("field {} is {}, not a text", inQuotes(field), kindOf(value)));
    if (value.get_ref<const std::string&>().empty())
        return refuse(fmt::format("field {} is empty", inQuotes(field)));
    ParsedRecord parsed{Document{}, {}};
    parsed.document->text = std::move(value.get_ref<std::string&>());
    return parsed;
}

} // namespace

bool RecordMapper::keeps(std::string_view member) const {
    const auto uses = [member](const FieldMapping& mapping) {
        return member == mapping.text || member == mapping.instruction || member == mapping.input ||
               member == mapping.output || member == mapping.system || member == mapping.domain;
    };
    return !member.empty() && (m_wanted ? uses(*m_wanted) : std::ranges::any_of(knownMappings(), uses));
}

const FieldMapping* RecordMapper::choose(const Json& record) const {
    if (m_wanted)
        return fits(record, *m_wanted) ? &*m_wanted : nullptr;
    if (m_schema && fits(record, *m_schema))
        return &*m_schema;
    const auto known = knownMappings();
    const auto found = std::ranges::find_if(known, [&](const FieldMapping& each) { return fits(record, each); });
    return found == known.end() ? nullptr : &*found;
}

ParsedRecord RecordMapper::map(Json& record, const std::vector<std::string>& members) {
    if (!record.is_object())
        return refuse(fmt::format("is {}, not an object", kindOf(record)));
    const FieldMapping* mapping = choose(record);
    if (!mapping)
        return refuse(missingFields(m_wanted, members));
    const auto domain = optionalText(record, mapping->domain);
    ParsedRecord parsed = mapping->isPair() ? pair(record, *mapping) : single(record[mapping->text], mapping->text);
    if (parsed.document) {
        parsed.document->field = mapping->name();
        parsed.document->domain = domain.value_or("");
        if (!m_schema)
            m_schema = *mapping;
    }
    return parsed;
}

} // namespace vernier
