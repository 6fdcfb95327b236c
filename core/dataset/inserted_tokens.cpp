#include "core/dataset/inserted_tokens.h"

#include "core/base/error.h"

#include <fmt/format.h>

namespace vernier {

namespace {

using Ids = std::vector<std::int32_t>;

std::int32_t endOfText(const Tokenizer& tokenizer, const char* field, const char* otherwise) {
    if (const auto id = tokenizer.endOfText())
        return *id;
    throw Error(ErrorKind::Input, field, "the tokenizer names no end-of-text token",
                fmt::format("set eos_token in tokenizer_config.json, or {}", otherwise));
}

std::int32_t beginOfText(const Tokenizer& tokenizer) {
    if (const auto id = tokenizer.beginOfText())
        return *id;
    throw Error(ErrorKind::Input, "begin_of_text", "the tokenizer names no begin-of-text token",
                "set bos_token in tokenizer_config.json, or insert none");
}

Ids separatorOf(const PackingRecipe& recipe, const Tokenizer& tokenizer) {
    switch (recipe.separator) {
    case Separator::EndOfText:
        return {endOfText(tokenizer, "separator", "pack without a separator")};
    case Separator::None:
        break;
    case Separator::Text:
        return tokenizer.encode(recipe.separatorText);
    case Separator::Token:
        if (const auto id = tokenizer.idOf(recipe.separatorText))
            return {*id};
        throw Error(ErrorKind::Input, "separator_text",
                    fmt::format("{} is no token of the tokenizer", recipe.separatorText),
                    "name a token as the vocabulary spells it, or separate by a text");
    }
    return {};
}

void append(Ids& ids, std::span<const std::int32_t> more) {
    ids.insert(ids.end(), more.begin(), more.end());
}

} // namespace

InsertedTokens insertedTokens(const PackingRecipe& recipe, const Tokenizer& tokenizer) {
    const bool single = recipe.mode == PackingMode::OnePerWindow;
    InsertedTokens inserted;
    switch (recipe.beginOfText) {
    case BeginOfText::None:
        break;
    case BeginOfText::PerWindow:
        (single ? inserted.before : inserted.window).push_back(beginOfText(tokenizer));
        break;
    case BeginOfText::PerDocument:
        inserted.before.push_back(beginOfText(tokenizer));
        break;
    case BeginOfText::AsTokenizer:
        append(inserted.before, tokenizer.insertedBefore());
        append(inserted.behind, tokenizer.insertedBehind());
        break;
    }
    if (recipe.endOfText == EndOfText::PerDocument)
        inserted.behind.push_back(endOfText(tokenizer, "end_of_text", "insert none"));
    if (!single)
        inserted.separator = separatorOf(recipe, tokenizer);
    return inserted;
}

std::int32_t paddingToken(const Tokenizer& tokenizer) {
    return tokenizer.padding().value_or(tokenizer.endOfText().value_or(0));
}

} // namespace vernier
