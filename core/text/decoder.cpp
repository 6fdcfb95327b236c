#include "core/text/decoder.h"

#include <algorithm>

namespace vernier {

namespace {

constexpr int kDepthLimit = 16;

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
        decoder.strippedCount = static_cast<std::size_t>(std::clamp<std::int64_t>(json.at("start").integer(), 0, 1024));
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

void Decoder::stripStart(std::string& text) const {
    for (std::size_t i = 0; i < strippedCount && !strippedCharacter.empty() && text.starts_with(strippedCharacter); ++i)
        text.erase(0, strippedCharacter.size());
}

} // namespace vernier
