#include "core/workbench/prompt.h"

#include "core/base/error.h"
#include "core/base/utf8.h"

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

std::vector<std::int32_t> stopTokens(const Tokenizer& tokenizer) {
    return tokenizer.endOfText() ? std::vector{*tokenizer.endOfText()} : std::vector<std::int32_t>();
}

} // namespace vernier
