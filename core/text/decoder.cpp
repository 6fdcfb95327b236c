#include "core/text/decoder.h"

#include "core/text/metaspace.h"

#include <algorithm>

namespace vernier {

namespace {

constexpr int kDepthLimit = 16;

std::size_t readCount(const JsonView& json, const char* key) {
    return json.has(key) ? static_cast<std::size_t>(std::clamp<std::int64_t>(json.at(key).integer(), 0, 1024)) : 0;
}

void read(const JsonView& json, int depth, Decoder& decoder) {
    if (!json.has("type") || depth > kDepthLimit)
        return;
    const std::string& type = json.at("type").string();
    if (type == "Sequence") {
        const JsonView list = json.at("decoders");
        for (std::size_t i = 0; i < list.listSize(); ++i)
            read(list.at(i), depth + 1, decoder);
    } else if (type == "Replace" && json.at("pattern").has("String")) {
        const std::string& from = json.at("pattern").at("String").string();
        if (!from.empty())
            decoder.replacements.emplace_back(from, json.at("content").string());
    } else if (type == "Strip") {
        decoder.strippedCharacter = json.at("content").string();
        decoder.strippedAtStart = readCount(json, "start");
        decoder.strippedAtEnd = readCount(json, "stop");
    } else if (type == "Metaspace") {
        decoder.replacements.emplace_back(readReplacement(json), " ");
        if (readPrependScheme(json) != PrependScheme::Never) {
            decoder.strippedCharacter = " ";
            decoder.strippedAtStart = 1;
        }
    }
}

} // namespace

Decoder readDecoder(const JsonView& json) {
    Decoder decoder;
    read(json, 0, decoder);
    return decoder;
}

std::string Decoder::spell(std::string_view token) const {
    std::string text(token);
    for (const auto& [from, to] : replacements)
        for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
            text.replace(at, from.size(), to);
    return text;
}

void Decoder::strip(std::string& text) const {
    if (strippedCharacter.empty())
        return;
    for (std::size_t i = 0; i < strippedAtStart && text.starts_with(strippedCharacter); ++i)
        text.erase(0, strippedCharacter.size());
    for (std::size_t i = 0; i < strippedAtEnd && text.ends_with(strippedCharacter); ++i)
        text.erase(text.size() - strippedCharacter.size());
}

} // namespace vernier
