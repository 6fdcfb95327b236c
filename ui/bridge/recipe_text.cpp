#include "ui/bridge/recipe_text.h"

#include "ui/bridge/text.h"

#include <QCoreApplication>
#include <QStringList>

namespace vernier::ui {

namespace {

QString say(const char* text) {
    return QCoreApplication::translate("Recipe", text);
}

QString joinedText(const PackingRecipe& recipe) {
    switch (recipe.separator) {
    case Separator::EndOfText:
        return say(QT_TRANSLATE_NOOP("Recipe", "documents joined, end-of-text token between them, and cut"));
    case Separator::None:
        return say(QT_TRANSLATE_NOOP("Recipe", "documents joined, nothing between them, and cut"));
    case Separator::Text:
        return say(QT_TRANSLATE_NOOP("Recipe", "documents joined, a text between them, and cut"));
    case Separator::Token:
        return say(QT_TRANSLATE_NOOP("Recipe", "documents joined, %1 between them, and cut"))
            .arg(fromUtf8(recipe.separatorText));
    }
    return {};
}

QString singleText(const PackingRecipe& recipe) {
    QString text = say(QT_TRANSLATE_NOOP("Recipe", "one document per window"));
    if (recipe.truncation == Truncation::Tail)
        text += say(QT_TRANSLATE_NOOP("Recipe", ", the end of long ones"));
    else if (recipe.truncation == Truncation::RandomOffset)
        text += say(QT_TRANSLATE_NOOP("Recipe", ", a random part of long ones"));
    return text + (recipe.shortDocuments == ShortDocuments::Pad
                       ? say(QT_TRANSLATE_NOOP("Recipe", ", short ones padded"))
                       : say(QT_TRANSLATE_NOOP("Recipe", ", short ones left out")));
}

} // namespace

QString recipeText(const PackingRecipe& recipe) {
    QStringList parts{recipe.mode == PackingMode::Concatenate ? joinedText(recipe) : singleText(recipe)};
    if (!recipe.applyChatTemplate)
        parts += say(QT_TRANSLATE_NOOP("Recipe", "no chat template"));
    if (recipe.beginOfText != BeginOfText::None)
        parts += say(QT_TRANSLATE_NOOP("Recipe", "begin-of-text token"));
    if (recipe.endOfText != EndOfText::None)
        parts += say(QT_TRANSLATE_NOOP("Recipe", "end-of-text token behind each"));
    if (recipe.minimumTokens > 0)
        parts += say(QT_TRANSLATE_NOOP("Recipe", "at least %1 tokens each"))
                     .arg(formatCount(static_cast<std::uint64_t>(recipe.minimumTokens)));
    if (recipe.minimumCharacters > 0)
        parts += say(QT_TRANSLATE_NOOP("Recipe", "at least %1 characters each"))
                     .arg(formatCount(static_cast<std::uint64_t>(recipe.minimumCharacters)));
    if (recipe.shuffle)
        parts += say(QT_TRANSLATE_NOOP("Recipe", "random order"));
    return parts.join(QStringLiteral("; "));
}

} // namespace vernier::ui
