#include "ui/data/token_preview.h"

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/dataset/token_windows.h"

#include <algorithm>

namespace vernier::ui {

namespace {

constexpr std::size_t kLongConversation = 1 << 16; ///< bytes above which a table cell shows the raw record

std::string render(const DocumentView& document, const ChatTemplate* chatTemplate) {
    PackingRecipe recipe;
    recipe.applyChatTemplate = chatTemplate != nullptr;
    return renderDocument(document, chatTemplate, recipe);
}

std::uint64_t countCodePoints(std::string_view text) {
    return static_cast<std::uint64_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

} // namespace

TokenPreview makePreview(const DocumentView& document, const Tokenizer* tokenizer, const ChatTemplate* chatTemplate,
                         qsizetype maxCharacters) {
    TokenPreview preview;
    std::string text;
    try {
        text = render(document, chatTemplate);
        preview.isTemplated = document.isConversation && chatTemplate != nullptr;
    } catch (const Error& error) {
        preview.problem = QString::fromStdString(error.what());
        text = document.text;
    }
    preview.characters = countCodePoints(text);
    if (!tokenizer || !preview.problem.isEmpty()) {
        preview.text = QString::fromUtf8(
            text.data(), static_cast<qsizetype>(std::min(text.size(), static_cast<std::size_t>(maxCharacters) * 4)));
        preview.isCut = preview.text.size() > maxCharacters;
        preview.text.truncate(maxCharacters);
        return preview;
    }
    const std::vector<std::int32_t> ids = tokenizer->encode(text);
    preview.tokenCount = ids.size();
    // Tokens of byte-level vocabularies may end inside a character: such a character belongs to the token that ends it.
    std::string pending;
    for (const std::int32_t id : ids) {
        if (preview.text.size() >= maxCharacters) {
            preview.isCut = true;
            break;
        }
        pending += tokenizer->tokenBytes(id);
        const std::size_t whole = wholeCharacters(pending);
        const qsizetype begin = preview.text.size();
        preview.text += QString::fromUtf8(pending.data(), static_cast<qsizetype>(whole));
        pending.erase(0, whole);
        preview.tokens.push_back({id, begin, preview.text.size(), tokenizer->isSpecial(id)});
    }
    return preview;
}

QString previewLine(const DocumentView& document, qsizetype maxCharacters) {
    const auto cut = [maxCharacters](std::string_view text) {
        const auto bytes = std::min(text.size(), static_cast<std::size_t>(maxCharacters) * 4);
        return QString::fromUtf8(text.data(), static_cast<qsizetype>(bytes)).left(maxCharacters).simplified();
    };
    if (!document.isConversation || document.text.size() > kLongConversation)
        return cut(document.text);
    try {
        return cut(render(document, nullptr));
    } catch (const Error&) {
        return cut(document.text);
    }
}

std::int32_t countTokens(const DocumentView& document, const Tokenizer& tokenizer, const ChatTemplate* chatTemplate) {
    try {
        return static_cast<std::int32_t>(tokenizer.encode(render(document, chatTemplate)).size());
    } catch (const Error&) {
        return -1;
    }
}

} // namespace vernier::ui
