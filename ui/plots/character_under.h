#pragma once

class QHelpEvent;
class QPlainTextEdit;

namespace vernier::ui {

/// The character of a text that the mouse is over when it asks for help; a cursor stands between characters.
int characterUnder(const QPlainTextEdit& text, const QHelpEvent& help);

} // namespace vernier::ui
