#pragma once

#include <QString>
#include <QTextCharFormat>

#include <cstddef>
#include <functional>
#include <optional>

class QHelpEvent;
class QPlainTextEdit;

namespace vernier::ui {

// What the views that show text token by token share.

/// Makes a text to be read and selected, in the font that shows every character's width.
void makeTokenText(QPlainTextEdit& text);

/// A piece of text with signs for the characters that a widget would break lines at or not show.
QString readableText(QString text);
/// The same on one line, line breaks and tabs as signs.
QString onOneLine(QString text);

/// The character that the mouse is over when it asks for help; a cursor stands between characters.
int characterUnder(const QPlainTextEdit& text, const QHelpEvent& help);

/// Is where a token stands in a text, and how it looks; without a format it stays as it is.
struct TokenFormat {
    qsizetype from = 0, to = 0;
    std::optional<QTextCharFormat> format;
};

/// Gives the tokens of a text, in order, their formats: those of the layout, as a syntax highlighter sets them, which
/// cost nothing in the document itself and take the place of all before.
void formatTokens(QPlainTextEdit& text, std::size_t tokens, const std::function<TokenFormat(std::size_t)>& token);

} // namespace vernier::ui
