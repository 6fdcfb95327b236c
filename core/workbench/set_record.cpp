#include "core/workbench/set_record.h"

#include "core/base/error.h"
#include "core/dataset/bounded_json.h"
#include "core/store/json_fields.h"

#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::ordered_json;

bool isMessageList(const ordered_json& value) {
    if (!value.is_array())
        return false;
    for (const ordered_json& message : value)
        if (!message.is_object())
            return false;
    return true;
}

void putContent(ordered_json& record, const DocumentView& document) {
    if (!document.isConversation) {
        record["text"] = document.text;
        return;
    }
    BoundedJson messages = parseBounded(document.text);
    if (messages.problem.empty() && isMessageList(messages.value) && messages.value.dump() == document.text)
        record["messages"] = std::move(messages.value);
    else
        record["messages_text"] = document.text;
}

void takeContent(Document& document, const ordered_json& record, const std::string& place) {
    const bool hasText = record.contains("text"), hasList = record.contains("messages"),
               hasListText = record.contains("messages_text");
    if (hasText + hasList + hasListText != 1)
        throw Error(ErrorKind::Input, place, "has not exactly one of text, messages and messages_text",
                    "export the set again");
    document.isConversation = !hasText;
    const ordered_json& content = record.at(hasText ? "text" : hasList ? "messages" : "messages_text");
    if (hasList && isMessageList(content))
        document.text = content.dump();
    else if (!hasList && content.is_string())
        document.text = content.get<std::string>();
    else
        throw Error(ErrorKind::Input, place, hasList ? "messages is no list of objects" : "the text is no string",
                    "export the set again");
}

std::uint64_t number(const JsonFields& fields, const char* key, std::uint64_t otherwise, std::uint64_t most) {
    if (!fields.find(key))
        return otherwise;
    return static_cast<std::uint64_t>(fields.integer(key, 0, static_cast<std::int64_t>(most)));
}

std::string text(const JsonFields& fields, const char* key) {
    return fields.find(key) ? fields.text(key) : std::string();
}

} // namespace

std::string setRecordLine(const DocumentView& document, std::uint64_t times) {
    ordered_json record;
    putContent(record, document);
    if (!document.domain.empty())
        record["domain"] = document.domain;
    if (!document.tags.empty())
        record["tags"] = document.tags;
    if (!document.source.empty())
        record["source"] = document.source;
    if (document.line)
        record["line"] = document.line;
    if (!document.field.empty())
        record["field"] = document.field;
    if (document.importedAt)
        record["imported_at"] = document.importedAt;
    if (document.replacedBytes)
        record["replaced_sequences"] = document.replacedBytes;
    if (times != 1)
        record["times"] = times;
    return record.dump(-1, ' ', false, ordered_json::error_handler_t::replace); // names of files may be anything
}

SetRecord parseSetRecord(std::string_view line, const std::string& place) {
    BoundedJson parsed = parseBounded(line);
    if (!parsed.problem.empty() || !parsed.value.is_object())
        throw Error(ErrorKind::Input, place, parsed.problem.empty() ? "is no JSON object" : parsed.problem,
                    "export the set again");
    SetRecord record;
    takeContent(record.document, parsed.value, place);
    try {
        for (const char* content : {"text", "messages", "messages_text"})
            parsed.value.erase(content);
        const nlohmann::json rest = parsed.value;
        const JsonFields fields(rest, place);
        Document& document = record.document;
        document.domain = text(fields, "domain");
        if (fields.find("tags"))
            document.tags = fields.texts("tags");
        document.source = text(fields, "source");
        document.line = number(fields, "line", 0, std::numeric_limits<std::int64_t>::max());
        document.field = text(fields, "field");
        if (fields.find("imported_at"))
            document.importedAt = fields.integer("imported_at", std::numeric_limits<std::int64_t>::min(),
                                                 std::numeric_limits<std::int64_t>::max());
        document.replacedBytes = static_cast<std::uint32_t>(
            number(fields, "replaced_sequences", 0, std::numeric_limits<std::uint32_t>::max()));
        record.times = number(fields, "times", 1, kMostSetPlaces);
    } catch (const Error& error) {
        throw Error(error.kind(), place, error.place() + ": " + error.problem(), error.remedy());
    }
    if (record.times == 0)
        throw Error(ErrorKind::Input, place, "times is 0", "export the set again");
    return record;
}

std::filesystem::path manifestPath(const std::filesystem::path& file) {
    std::filesystem::path manifest = file;
    return manifest.replace_extension(kManifestEnding);
}

} // namespace vernier
