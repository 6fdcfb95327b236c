#include "core/workbench/prompt.h"

#include "core/base/error.h"
#include "core/base/utf8.h"

#include <algorithm>

namespace vernier {

std::vector<std::int32_t> promptIds(const Tokenizer& tokenizer, std::string_view prompt) {
    if (!prompt.empty())
        if (auto ids = tokenizer.encode(prompt, {.addSpecialTokens = true}); !ids.empty())
            return ids;
    if (const auto begin = tokenizer.beginOfText() ? tokenizer.beginOfText() : tokenizer.endOfText())
        return {*begin};
    throw Error(ErrorKind::Input, "prompt", "is empty, and the tokenizer names no token that begins a text",
                "give a prompt");
}

std::string writtenText(const Tokenizer& tokenizer, std::vector<std::int32_t> ids) {
    std::erase_if(ids, [&](std::int32_t id) { return tokenizer.isSpecial(id); });
    return repairUtf8(tokenizer.decode(ids)).text;
}

namespace {

/// Bytes at the end of text that begin a UTF-8 sequence and do not finish it.
std::size_t openBytes(std::string_view text) {
    const std::size_t most = std::min<std::size_t>(3, text.size());
    for (std::size_t back = 1; back <= most; ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xC0) == 0x80)
            continue; // goes on
        const std::size_t wanted = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        return wanted > back ? back : 0;
    }
    return 0;
}

} // namespace

std::vector<std::string> tokenPieces(const Tokenizer& tokenizer, std::span<const std::int32_t> ids) {
    std::vector<std::string> pieces;
    std::string open;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        open += tokenizer.tokenBytes(ids[i]);
        const std::size_t kept = i + 1 < ids.size() ? openBytes(open) : 0;
        pieces.push_back(repairUtf8(std::string_view(open).substr(0, open.size() - kept)).text);
        open.erase(0, open.size() - kept);
    }
    return pieces;
}

std::vector<std::int32_t> stopTokens(const Tokenizer& tokenizer) {
    return tokenizer.endOfText() ? std::vector{*tokenizer.endOfText()} : std::vector<std::int32_t>();
}

} // namespace vernier
