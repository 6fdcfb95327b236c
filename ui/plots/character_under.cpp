#include "ui/plots/character_under.h"

#include <QHelpEvent>
#include <QPlainTextEdit>

namespace vernier::ui {

int characterUnder(const QPlainTextEdit& text, const QHelpEvent& help) {
    const QPoint position = text.viewport()->mapFrom(&text, help.pos());
    const QTextCursor cursor = text.cursorForPosition(position);
    return text.cursorRect(cursor).left() > position.x() ? cursor.position() - 1 : cursor.position();
}

} // namespace vernier::ui
